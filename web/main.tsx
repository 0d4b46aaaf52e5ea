import { createRoot } from 'react-dom/client'
import { App } from './app/App.tsx'
import { NotSetUpPage } from './app/NotSetUpPage.tsx'
import { watchBack } from './app/back.ts'
import { preloadPage } from './app/routes.tsx'
import { watchTheme } from './app/theme.ts'
import { loadConfig } from './config.ts'
import { startSupabase } from './data/supabase.ts'
import './styles.css'

const root = createRoot(document.getElementById('root')!)
watchTheme()
watchBack()
preloadPage(location.pathname)
loadConfig().then(
  (config) => {
    startSupabase(config)
    root.render(<App />)
  },
  (error: unknown) => root.render(<NotSetUpPage error={error} />),
)
