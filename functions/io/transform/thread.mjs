// A thread begins in plain JavaScript: what loads TypeScript into the process is not there yet.
import { register } from 'tsx/esm/api'

register()
await import('./thread.ts')
