// The first script of a visit. Small, so that everything else is asked for at once: the page at this address, and what reads before what draws.
import { pagesAt, preload } from './app/pages.ts'
import './styles.css'

preload(...pagesAt(location.pathname))
void import('./app/start.ts').finally(() => import('./app/draw.tsx'))
