// Installs the dependencies when they are missing or not those of package-lock.json. Used by npm start and npm test.
import { spawn } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'

const root = path.resolve(import.meta.dirname, '..')
const OLDEST_NODE = [20, 19]
const STILL_AT_IT_MS = 10_000

/** Ends the process with a sentence. @param {string} sentence @returns {never} */
export function giveUp(sentence) {
  console.error(sentence)
  process.exit(1)
}

/** Refuses a Node that is too old for the dependencies. */
export function refuseOldNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  const [oldestMajor = 0, oldestMinor = 0] = OLDEST_NODE
  if (major > oldestMajor || (major === oldestMajor && minor >= oldestMinor)) return
  giveUp(`Tablehook needs Node ${OLDEST_NODE.join('.')} or newer, and this is Node ${process.versions.node}. Install a newer one from https://nodejs.org.`)
}

/** Whether every package of the lock file is installed in its version. Packages for other platforms may be missing. */
export function isInstalled() {
  const wanted = readPackages(path.join(root, 'package-lock.json'))
  const found = readPackages(path.join(root, 'node_modules/.package-lock.json'))
  if (!wanted || !found) return false
  return Object.entries(wanted).every(([name, entry]) => name === '' || (found[name] ? found[name].integrity === entry.integrity : entry.optional === true))
}

/**
 * @param {string} file
 * @returns {Record<string, { integrity?: string, optional?: boolean }> | null}
 */
function readPackages(file) {
  try {
    return JSON.parse(fs.readFileSync(file, 'utf8')).packages
  } catch {
    return null
  }
}

/** Runs `npm ci` unless everything is there. */
export async function installWhatIsMissing() {
  if (isInstalled()) return
  const began = Date.now()
  const seconds = () => Math.round((Date.now() - began) / 1000)
  console.log('Installing the dependencies. The first time this takes a minute or two.')
  const ticker = setInterval(() => console.log(`  still installing, ${seconds()} s`), STILL_AT_IT_MS)
  const code = await npm(['ci', '--no-audit', '--no-fund'])
  clearInterval(ticker)
  if (code !== 0) giveUp(`The dependencies could not be installed: npm ci ended with code ${code}. What it said is above; run npm ci to try again.`)
  console.log(`Dependencies installed in ${seconds()} s.`)
}

/** @param {string[]} args @returns {Promise<number | null>} */
function npm(args) {
  // Under npm, the same npm; otherwise the one on the path.
  const execPath = process.env.npm_execpath
  const [command, ...first] = execPath?.endsWith('.js') ? [process.execPath, execPath] : ['npm']
  return new Promise((resolve) => {
    const child = spawn(command, [...first, ...args], { cwd: root, stdio: 'inherit', shell: process.platform === 'win32' })
    child.once('error', () => giveUp('npm was not found. It comes with Node: install Node again from https://nodejs.org.'))
    child.once('exit', resolve)
  })
}
