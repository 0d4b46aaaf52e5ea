// Everything that install writes, as a list: nothing is written before all of it is known.
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import type { Attachment } from './attachment.ts'
import { MEMBERS_CHAPTER, type Chapter, type Parts } from './collect.ts'
import { addSections, FUNCTIONS_FOLDER } from './config_sections.ts'
import type { Host } from './host.ts'
import { MANIFEST, sha256, type Manifest } from './manifest.ts'
import { membersChapter } from './members_chapter.ts'
import { chapterAsMigration, migrationNames, type File } from './migration_file.ts'
import { namesIn, type Project } from './project.ts'
import { Refused } from './refused.ts'
import { tenantsSql } from './tenants.ts'

export type Plan = { files: File[], /** Below the project's folder. */ deleted: string[] }

/** Chapters that say everything anew, and may therefore be written again when they change. All others never change after a release. */
const MAY_RUN_AGAIN = [MEMBERS_CHAPTER, '190_event_types']

/** The chapters with the one of this app's members among them, in their order. */
function chaptersFor(host: Host, { chapters }: Parts): Chapter[] {
  const order = ({ name }: Chapter) => Number(name.split('_')[0])
  return [...chapters, { name: MEMBERS_CHAPTER, sql: membersChapter(host) }].sort((a, b) => order(a) - order(b))
}

/** A first installation. */
export function planInstallation(project: Project, parts: Parts, host: Host, attachments: Attachment[], now: Date): Plan {
  const name = migrationNames(project, now)
  const manifest: Manifest = { version: parts.version, host, chapters: {}, functions: {} }
  const migrations = chaptersFor(host, parts).map((chapter) => {
    const file = { path: name(chapter.name), text: chapterAsMigration(chapter, parts.version) }
    manifest.chapters[chapter.name] = { file: path.basename(file.path), sha256: sha256(chapter.sql) }
    return file
  })
  const tenants = { path: name('attach'), text: tenantsSql(host, attachments, parts.version) }
  const functions = functionFiles(parts)
  manifest.functions = hashes(parts)
  return { files: [...migrations, tenants, ...functions, ...configFile(project), manifestFile(manifest)], deleted: [] }
}

/** What is new since the installation. `host`: with other answers the members' chapter is written anew. */
export function planUpgrade(project: Project, parts: Parts, installed: Manifest, host: Host, now: Date, overwrite: boolean): Plan {
  if (host.keyType !== installed.host.keyType) {
    throw new Refused(`The organizations had keys of type ${installed.host.keyType} and now have ${host.keyType}: their webhooks would not be found again. Uninstall, and install anew.`)
  }
  const changed = changedByHand(project, installed)
  if (changed.length > 0 && !overwrite) {
    throw new Refused(`These files were changed since they were installed:\n${changed.map((file) => `  ${file}`).join('\n')}\nSay --overwrite to replace them.`)
  }
  const name = migrationNames(project, now)
  const manifest: Manifest = { version: parts.version, host, chapters: { ...installed.chapters }, functions: hashes(parts) }
  const migrations: File[] = []
  const rewritten: string[] = []
  for (const chapter of chaptersFor(host, parts)) {
    const known = installed.chapters[chapter.name]
    const hash = sha256(chapter.sql)
    if (known?.sha256 === hash) continue
    if (known !== undefined && !MAY_RUN_AGAIN.includes(chapter.name)) {
      rewritten.push(`${known.file} was installed from another ${chapter.name} than this version has.`)
    }
    const file = { path: name(chapter.name), text: chapterAsMigration(chapter, parts.version) }
    manifest.chapters[chapter.name] = { file: path.basename(file.path), sha256: hash }
    migrations.push(file)
  }
  if (rewritten.length > 0) {
    throw new Refused(`${rewritten.join('\n')}
So this version is no upgrade of ${installed.version} as it is here: chapters change only until they are released. Nothing was written, and what is installed goes on as it is.
To come to this version with all webhooks, secrets and deliveries, follow docs/your_own_tables.md, “Coming from a version before the first release”. Uninstalling alone would lose them.`)
  }
  const functions = functionFiles(parts).filter((file) => onDisk(project, file.path) !== file.text)
  const deleted = Object.keys(installed.functions).filter((file) => manifest.functions[file] === undefined).map((file) => `${FUNCTIONS_FOLDER}/${file}`)
  const files = [...migrations, ...functions, ...configFile(project), manifestFile(manifest)].filter((file) => onDisk(project, file.path) !== file.text)
  return { files, deleted: deleted.filter((file) => onDisk(project, file) !== null) }
}

/** Files of the functions that are not as they were written. */
export function changedByHand(project: Project, { functions }: Manifest): string[] {
  return Object.entries(functions).map(([file, hash]) => [`${FUNCTIONS_FOLDER}/${file}`, hash] as const)
    .filter(([file, hash]) => {
      const text = onDisk(project, file)
      return text !== null && sha256(text) !== hash
    }).map(([file]) => file)
}

function functionFiles({ functions }: Parts): File[] {
  return functions.map(({ path, text }) => ({ path: `${FUNCTIONS_FOLDER}/${path}`, text }))
}

const hashes = ({ functions }: Parts) => Object.fromEntries(functions.map(({ path, text }) => [path, sha256(text)]))
export const manifestFile = (manifest: Manifest): File => ({ path: MANIFEST, text: `${JSON.stringify(manifest, null, 2)}\n` })

function configFile({ root, config }: Project): File[] {
  const text = addSections(config, namesIn(root, 'supabase/functions'))
  return text === config ? [] : [{ path: 'supabase/config.toml', text }]
}

/** As it was written: on Windows git may have given it other line ends since. */
function onDisk({ root }: Project, file: string): string | null {
  const full = path.join(root, file)
  return existsSync(full) ? readFileSync(full, 'utf8').replaceAll('\r\n', '\n') : null
}
