import fs from 'node:fs'
import path from 'node:path'
import type { Plan } from './plan.ts'
import type { Project } from './project.ts'
import { Refused } from './refused.ts'

/**
 * Writes and deletes what the plan says, and names each file; with `dryRun` it only names them. Where one cannot be written the
 * others are taken back: half of the migrations would be pushed, and written a second time by the next install.
 */
export function carryOut({ root }: Project, { files, deleted }: Plan, say: (line: string) => void, dryRun: boolean): void {
  const before: { full: string, text: string | null }[] = []
  for (const { path: file, text } of files) {
    const full = path.join(root, file)
    say(`  ${fs.existsSync(full) ? 'change' : 'write '}  ${file}`)
    if (dryRun) continue
    try {
      before.push({ full, text: fs.existsSync(full) ? fs.readFileSync(full, 'utf8') : null })
      fs.mkdirSync(path.dirname(full), { recursive: true })
      fs.writeFileSync(full, text)
    } catch (error) {
      for (const one of before) takeBack(one)
      throw new Refused(`${file} cannot be written (${(error as NodeJS.ErrnoException).code}). Nothing has changed: make it possible, and run the command again.`)
    }
  }
  for (const file of deleted) {
    say(`  delete  ${file}`)
    if (!dryRun) removeWithEmptyFolders(root, file)
  }
}

function takeBack({ full, text }: { full: string, text: string | null }): void {
  try {
    if (text === null) fs.rmSync(full, { force: true })
    else if (fs.readFileSync(full, 'utf8') !== text) fs.writeFileSync(full, text)
  } catch {
    // What cannot be written was not written.
  }
}

function removeWithEmptyFolders(root: string, file: string): void {
  fs.rmSync(path.join(root, file), { force: true })
  for (let folder = path.dirname(path.join(root, file)); folder.includes('_tablehook') && fs.readdirSync(folder).length === 0; folder = path.dirname(folder)) fs.rmdirSync(folder)
}
