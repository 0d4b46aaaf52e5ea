// The second half: draws the page, with what start.ts has begun to read.
import { startTransition } from 'react'
import { createRoot } from 'react-dom/client'
import { App } from './App.tsx'
import { watchBack } from './back.ts'
import { NotSetUpPage } from './NotSetUpPage.tsx'
import { started } from './start.ts'
import { watchTheme } from './theme.ts'

const root = createRoot(document.getElementById('root')!)
watchTheme()
watchBack()
// In a transition React draws in pieces: the first screen at once would hold a slow phone for a third of a second.
started.then(() => startTransition(() => root.render(<App />)), (error: unknown) => root.render(<NotSetUpPage error={error} />))
