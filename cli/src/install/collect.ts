// What an installation takes from the repository: the chapters named webhooks_*, and the files that the two functions are made of.
import fs from 'node:fs'
import path from 'node:path'

export type Chapter = {
  /** `120_configurations`: its place, and its name. */
  name: string
  sql: string
}
export type FunctionFile = {
  /** Below functions/, with slashes: `core/sign.ts`. */
  path: string
  text: string
}
export type Parts = { version: string, chapters: Chapter[], functions: FunctionFile[] }

export const FUNCTIONS = ['webhooks', 'dispatcher'] as const
/** Written anew from the answers of each installation. */
export const MEMBERS_CHAPTER = '110_members'

/** Reads the parts from a checkout of the repository. */
export function collectParts(repository: string): Parts {
  const migrations = path.join(repository, 'supabase/migrations')
  const chapters = fs.readdirSync(migrations).sort().flatMap((file) => {
    const [, number, name] = /^\d{8}(\d{6})_webhooks_(\w+)\.sql$/.exec(file) ?? []
    return number === undefined || name === undefined ? [] : [{ name: `${Number(number)}_${name}`, sql: fs.readFileSync(path.join(migrations, file), 'utf8') }]
  })
  const { version } = JSON.parse(fs.readFileSync(path.join(repository, 'cli/package.json'), 'utf8')) as { version: string }
  return { version, chapters: chapters.filter(({ name }) => name !== MEMBERS_CHAPTER), functions: functionFiles(path.join(repository, 'functions')) }
}

/** The entry files, all that they reach by relative paths, and the lists of packages beside them. */
function functionFiles(folder: string): FunctionFile[] {
  const found = new Map<string, string>()
  const open = FUNCTIONS.flatMap((name) => [`${name}/index.ts`, `${name}/deno.json`])
  for (let file = open.pop(); file !== undefined; file = open.pop()) {
    if (found.has(file)) continue
    const text = fs.readFileSync(path.join(folder, file), 'utf8')
    found.set(file, text)
    if (!/\.m?[jt]s$/.test(file)) continue
    // Imports, and files that are read by their URL.
    for (const [, reached = ''] of text.matchAll(/['"](\.{1,2}\/[^'"\s]+\.\w+)['"]/g)) {
      const target = path.posix.normalize(path.posix.join(path.posix.dirname(file), reached))
      if (fs.existsSync(path.join(folder, target))) open.push(target)
    }
  }
  return [...found].map(([path, text]) => ({ path, text })).sort((a, b) => a.path < b.path ? -1 : 1)
}
