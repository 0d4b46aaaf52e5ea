// npm test. Plain JavaScript: it runs before anything is installed. Its last line is `N passed, N failed`.
import { spawn } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { installWhatIsMissing, refuseOldNode } from '../local/install.mjs'
import { findOrInstallBrowser } from './support/browser.mjs'

const root = path.resolve(import.meta.dirname, '..')
const args = process.argv.slice(2)

refuseOldNode()
await installWhatIsMissing()
const browser = await findOrInstallBrowser()

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tablehook-report-'))
const report = path.join(folder, 'report.json')
const code = await vitest(['run', ...args, '--reporter=default', '--reporter=json', `--outputFile.json=${report}`], { ...process.env, CHROMIUM_PATH: browser })
const { passed, skipped, ...counted } = readReport(report)
// An error outside every test, such as a system that does not start, is a failure too.
const failed = code !== 0 ? Math.max(counted.failed, 1) : counted.failed
fs.rmSync(folder, { recursive: true, force: true })

if (code !== 0 && counted.failed === 0) console.error('\nThe run failed outside a test: see the first error above.')
if (code === 0 && passed + failed === 0) console.error('\nNo test ran.')
console.log(`\n${passed} passed, ${failed} failed${skipped ? `, ${skipped} skipped` : ''}`)
process.exitCode = failed === 0 && passed > 0 ? 0 : 1

/**
 * Runs vitest with its output on ours. Ctrl-C reaches it by itself, and it stops the systems it started.
 * @param {string[]} vitestArgs
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<number>}
 */
function vitest(vitestArgs, env) {
  const program = path.join(root, 'node_modules/vitest/vitest.mjs')
  const child = spawn(process.execPath, [program, ...vitestArgs], { cwd: root, env, stdio: 'inherit' })
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM'])) process.on(signal, () => child.kill(signal))
  return new Promise((resolve) => child.once('exit', (exitCode) => resolve(exitCode ?? 1)))
}

/**
 * Counts of a vitest JSON report. A file that could not be loaded counts as one failure.
 * @param {string} file
 */
function readReport(file) {
  if (!fs.existsSync(file)) return { passed: 0, failed: 0, skipped: 0 }
  const { numPassedTests, numFailedTests, numPendingTests, numTodoTests, testResults } = JSON.parse(fs.readFileSync(file, 'utf8'))
  /** @param {{ status: string, assertionResults: { status: string }[] }} result */
  const isBroken = ({ status, assertionResults }) => status === 'failed' && !assertionResults.some((test) => test.status === 'failed')
  return { passed: numPassedTests, failed: numFailedTests + testResults.filter(isBroken).length, skipped: numPendingTests + numTodoTests }
}
