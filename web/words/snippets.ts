import { catalog } from './catalog.ts'

export const t = catalog({
  'snippets.language': 'Language',
  'snippets.label': 'Checking the signature: {language}',
})
