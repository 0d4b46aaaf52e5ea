// The published packages as they are built: client/dist and cli/dist.
import { execFileSync } from 'node:child_process'
import path from 'node:path'

const root = path.resolve(import.meta.dirname, '../..')

/** Builds both packages, or what of them is stale. A second or so when nothing is. */
export function buildPackages(): void {
  execFileSync(process.execPath, [path.join(root, 'node_modules/typescript/bin/tsc'), '-b', path.join(root, 'cli')], { cwd: root, stdio: 'pipe', encoding: 'utf8' })
}

/** The program that `npx tablehook` runs. */
export const cliProgram = path.join(root, 'cli/bin/tablehook.js')
