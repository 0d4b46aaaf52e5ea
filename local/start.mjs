// npm start. Plain JavaScript: it runs before anything is installed.
import { giveUp, installWhatIsMissing, isInstalled, refuseOldNode } from './install.mjs'

refuseOldNode()
await installWhatIsMissing()
if (!isInstalled()) giveUp('The dependencies are still incomplete after npm ci. Delete node_modules and run npm start again.')

console.log('Starting Tablehook…')
// In this process rather than a child: a signal then has one place to arrive.
const { register } = await import('tsx/esm/api')
register()
await import('./main.ts')
