import { createRoot } from 'react-dom/client'
import { App } from './app/App.tsx'
import { NotSetUpPage } from './app/NotSetUpPage.tsx'
import { watchTheme } from './app/theme.ts'
import { loadConfig } from './config.ts'
import { startSupabase } from './data/supabase.ts'
import './styles.css'
import { chooseLocale } from './words/locale.ts'

const root = createRoot(document.getElementById('root')!)
watchTheme()
chooseLocale(localStorage.getItem('tablehook.locale'))
loadConfig().then(
  (config) => {
    startSupabase(config)
    root.render(<App />)
  },
  () => root.render(<NotSetUpPage />),
)
