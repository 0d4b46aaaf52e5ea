import fs from 'node:fs'
import path from 'node:path'
import type { Plan } from './plan.ts'
import type { Project } from './project.ts'

/** Writes and deletes what the plan says, and names each file; with `dryRun` it only names them. */
export function carryOut({ root }: Project, { files, deleted }: Plan, say: (line: string) => void, dryRun: boolean): void {
  for (const { path: file, text } of files) {
    const full = path.join(root, file)
    say(`  ${fs.existsSync(full) ? 'change' : 'write '}  ${file}`)
    if (dryRun) continue
    fs.mkdirSync(path.dirname(full), { recursive: true })
    fs.writeFileSync(full, text)
  }
  for (const file of deleted) {
    say(`  delete  ${file}`)
    if (!dryRun) removeWithEmptyFolders(root, file)
  }
}

function removeWithEmptyFolders(root: string, file: string): void {
  fs.rmSync(path.join(root, file), { force: true })
  for (let folder = path.dirname(path.join(root, file)); folder.includes('_tablehook') && fs.readdirSync(folder).length === 0; folder = path.dirname(folder)) fs.rmdirSync(folder)
}
