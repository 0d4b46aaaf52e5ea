// npm run status [-- --json]. Plain JavaScript, so that it answers at once.
import fs from 'node:fs'
import path from 'node:path'
import { isRunning } from './process_identity.mjs'

const data = path.resolve(import.meta.dirname, '..', process.env.TABLEHOOK_DATA || '.local')

/** @param {string} name */
function read(name) {
  try {
    return JSON.parse(fs.readFileSync(path.join(data, name), 'utf8'))
  } catch {
    return null
  }
}

/** @param {string} sentence @returns {never} */
function giveUp(sentence) {
  console.error(sentence)
  process.exit(1)
}

const owner = read('running.json')
if (!owner || !isRunning(owner)) giveUp(`Tablehook is not running on ${data}. Start it with npm start.`)

/** @type {import('./state.ts').SystemStatus | null} */
const status = read('system.json')
if (!status) giveUp(`Tablehook is still starting on ${data}. Try again in a few seconds.`)

if (process.argv.includes('--json')) {
  console.log(JSON.stringify(status))
} else {
  console.log(`Tablehook is running (process ${owner.pid}).
  Web app          ${status.WEB_URL}
  API              ${status.API_URL}
  Database         ${status.DB_URL}
  Publishable key  ${status.PUBLISHABLE_KEY}
  Secret key       ${status.SECRET_KEY}
  Sign in as       ${status.USERS.map(({ email }) => email).join(', ')}
  with password    ${status.USERS[0]?.password}`)
}
