// Migrations as `supabase db push` takes them: one after another, after all that are there.
import type { Chapter } from './collect.ts'
import type { Project } from './project.ts'

export type File = {
  /** Below the project's folder. */
  path: string
  text: string
}

const SECOND_MS = 1_000

/** Names migrations: each call gives the next one, one second later than the last. `now` is the earliest. */
export function migrationNames({ migrations }: Project, now: Date): (title: string) => string {
  const last = migrations.map((file) => /^(\d{14})_/.exec(file)?.[1]).filter((stamp) => stamp !== undefined).sort().at(-1)
  let next = Math.max(Math.floor(now.getTime() / SECOND_MS) * SECOND_MS, last === undefined ? 0 : timeOf(last) + SECOND_MS)
  return (title) => {
    const stamp = new Date(next).toISOString().replace(/\D/g, '').slice(0, 14)
    next += SECOND_MS
    return `supabase/migrations/${stamp}_tablehook_${title}.sql`
  }
}

/** A stamp that is no time, such as 20240199000000, still counts as what it is written like. */
function timeOf(stamp: string): number {
  const [year, month, day, hour, minute, second] = [stamp.slice(0, 4), ...stamp.slice(4).match(/../g) ?? []].map(Number) as [number, number, number, number, number, number]
  return Date.UTC(year, month - 1, day, hour, minute, second)
}

/** A chapter as a migration of a foreign project: the project's default privileges are as before when it ends. */
export function chapterAsMigration({ name, sql }: Chapter, version: string): string {
  // The first chapter makes the two functions, and suspends by itself.
  const isFirst = sql.includes('create schema webhooks;')
  return `-- Tablehook ${version}, ${name}. Written by \`npx tablehook install\`; leave it as it is: what changes comes as a new file.
${isFirst ? '' : '\nselect webhooks.suspend_default_privileges();\n'}
${sql.trim()}

select webhooks.restore_default_privileges();
`
}
