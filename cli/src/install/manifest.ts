// supabase/tablehook.json: what was installed, so that the next version knows what is new. Committed with the migrations.
import { createHash } from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'
import type { Host } from './host.ts'
import type { Project } from './project.ts'
import { Refused } from './refused.ts'

/** `file`: its migration; `sha256`: of the chapter as it was carried. */
export type Written = { file: string, sha256: string }
export type Manifest = {
  version: string
  host: Host
  chapters: Record<string, Written>
  /** Path below supabase/functions/_tablehook/ → SHA-256 of what was written there. */
  functions: Record<string, string>
}

export const MANIFEST = 'supabase/tablehook.json'
export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')

/** What is installed; null when nothing is. */
export function readManifest({ root }: Project): Manifest | null {
  const file = path.join(root, MANIFEST)
  if (!fs.existsSync(file)) return null
  try {
    const manifest = JSON.parse(fs.readFileSync(file, 'utf8')) as Manifest
    const isWhole = [manifest?.host, manifest?.chapters, manifest?.functions].every((part) => typeof part === 'object' && part !== null)
    if (!isWhole) throw new Error('it does not say what was installed')
    return manifest
  } catch (error) {
    throw new Refused(`${MANIFEST} cannot be read: ${(error as Error).message}. Bring it back from your version control.`)
  }
}

/** Whether migrations of an installation are there that no uninstall came after: its manifest was lost, or never committed. */
export function lacksManifest({ migrations }: Project): boolean {
  const last = (title: string) => migrations.filter((file) => new RegExp(`^\\d{14}_tablehook_${title}\\.sql$`).test(file)).at(-1) ?? ''
  return last('100_schema') > last('uninstall')
}

/** For commands that need an installation. */
export function requireManifest(project: Project): Manifest {
  const manifest = readManifest(project)
  if (manifest === null) throw new Refused(`Tablehook is not installed in ${project.root}. Begin with npx tablehook install.`)
  return manifest
}
