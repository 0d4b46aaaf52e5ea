// The browser for the tests of the web app: one that is there, or one that we install.
import { spawnSync } from 'node:child_process'
import { createRequire } from 'node:module'
import fs from 'node:fs'
import path from 'node:path'

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']
const macs = ['/Applications/Chromium.app/Contents/MacOS/Chromium', '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome']

/**
 * The path of a Chromium or Chrome, or null.
 * @returns {string | null}
 */
export function findBrowser() {
  const onPath = (process.env.PATH ?? '').split(path.delimiter).flatMap((folder) => names.map((name) => path.join(folder, name)))
  const candidates = [process.env.CHROMIUM_PATH, ...onPath, ...names.map((name) => `/usr/bin/${name}`), ...macs, playwrightBrowser()]
  return candidates.find((candidate) => candidate && isExecutable(candidate)) ?? null
}

/**
 * Finds a browser, or installs one and says so. Ends the process with a sentence when neither works.
 * @returns {Promise<string>}
 */
export async function findOrInstallBrowser() {
  const found = findBrowser() ?? installWithApt() ?? installWithPlaywright()
  if (found) return found
  console.error('No Chromium was found, and none could be installed. Install one, or set CHROMIUM_PATH to it. Tried: npx playwright-core install chromium')
  process.exit(1)
}

function installWithApt() {
  if (process.getuid?.() !== 0 || spawnSync('apt-get', ['--version']).status !== 0) return null
  console.log('Installing Chromium for the tests of the web app: apt-get install chromium')
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  for (const args of [['update', '-q'], ['install', '-y', '-q', '--no-install-recommends', 'chromium']]) {
    spawnSync('apt-get', args, { stdio: ['ignore', 'ignore', 'inherit'], env })
  }
  return findBrowser()
}

function installWithPlaywright() {
  console.log('Installing Chromium for the tests of the web app: npx playwright-core install chromium')
  const cli = path.resolve(import.meta.dirname, '../../node_modules/playwright-core/cli.js')
  spawnSync(process.execPath, [cli, 'install', 'chromium'], { stdio: 'inherit' })
  return findBrowser()
}

/** Where Playwright keeps the Chromium of its version, whether or not it is there. */
function playwrightBrowser() {
  try {
    return createRequire(import.meta.url)('playwright-core').chromium.executablePath()
  } catch {
    return null // not installed yet
  }
}

/** @param {string} file */
function isExecutable(file) {
  try {
    fs.accessSync(file, fs.constants.X_OK)
    return fs.statSync(file).isFile()
  } catch {
    return false
  }
}
