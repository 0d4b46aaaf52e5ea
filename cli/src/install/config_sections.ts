// The two sections of supabase/config.toml that say where the functions are.
import { FUNCTIONS } from './collect.ts'
import { parseConfig } from './project.ts'
import { Refused } from './refused.ts'

/** Beside the app's own functions. The CLI takes no folder that begins with an underscore for a function. */
export const FUNCTIONS_FOLDER = 'supabase/functions/_tablehook'
const HEADING = '# Tablehook. Both functions check their callers themselves, so the gateway lets every call through to them.'

const section = (name: string) => `[functions.${name}]
verify_jwt = false
import_map = "./functions/_tablehook/${name}/deno.json"
entrypoint = "./functions/_tablehook/${name}/index.ts"
`

/** The file with the sections that it lacks; unchanged when it has both. Refuses when a function of the app's has one of the names. */
export function addSections(config: string, ownFunctions: string[]): string {
  const { functions = {} } = parseConfig(config)
  const ours = (name: string) => functions[name]?.entrypoint?.startsWith('./functions/_tablehook/') === true
  const taken = FUNCTIONS.find((name) => !ours(name) && (functions[name] !== undefined || ownFunctions.includes(name)))
  if (taken !== undefined) throw new Refused(`Your project has a function named ${taken}, and so has Tablehook. Give yours another name first.`)
  const missing = FUNCTIONS.filter((name) => !ours(name))
  return missing.length === 0 ? config : config.trimEnd() + `\n\n${HEADING}\n${missing.map(section).join('\n')}`.replaceAll('\n', lineEndOf(config))
}

/** The file as it was before addSections(). */
export function removeSections(config: string): string {
  const without = [`${HEADING}\n`, ...FUNCTIONS.map(section)].reduce((text, part) => text.replace(withAnyLineEnds(part), ''), config)
  return without === config ? config : without.trimEnd() + lineEndOf(config)
}

/** That of the file, which an editor or git may have made that of Windows. */
const lineEndOf = (config: string) => /\r?\n/.exec(config)?.[0] ?? '\n'

const withAnyLineEnds = (text: string) => new RegExp(text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replaceAll('\n', '\\r?\\n'))
