// The first script of a visit. Small, so that the page at this address and what reads are asked for before anything large is here.
import { pagesAt, preload } from './app/pages.ts'
import './styles.css'

preload(...pagesAt(location.pathname))
// In turn: together they would share a slow line, and the server would be asked later.
void import('./app/start.ts').finally(() => import('./app/draw.tsx'))
