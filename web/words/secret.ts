import { catalog } from './catalog.ts'
import { common } from './common.ts'

export const t = catalog({
  ...common,
  'secret.title': 'Signing secret',
})
