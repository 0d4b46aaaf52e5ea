// npx tablehook install
import type { Ask } from './ask.ts'
import { completeAttachment, parseAttachments, type Attachment, type AttachmentGiven } from './attachment.ts'
import type { Parts } from './collect.ts'
import { decideHost } from './decide_host.ts'
import { readGiven, type Flags } from './given.ts'
import { showTable, type Host } from './host.ts'
import { lacksManifest, readManifest } from './manifest.ts'
import { nextSteps } from './next_steps.ts'
import { planInstallation, planUpgrade } from './plan.ts'
import { findProject, parseConfig, type Project } from './project.ts'
import { localDatabase, readSchema, type Reader } from './read_schema.ts'
import { Refused } from './refused.ts'
import { columnOf, sameTable, type Schema } from './schema.ts'
import { carryOut } from './write.ts'

export type InstallFlags = Flags & { dbUrl?: string, tables?: string, yes?: boolean, dryRun?: boolean, upgrade?: boolean, overwrite?: boolean }

/** What a command needs from outside. `ask` is null where nobody sits at the terminal. */
export type Workplace = { folder: string, parts: () => Parts, ask: Ask | null, now: () => Date, say: (line: string) => void }

/** Writes the migrations, the functions and the settings that make Tablehook part of the project. Nothing running is touched. */
export async function install(flags: InstallFlags, { folder, parts, ask: terminal, now, say }: Workplace): Promise<void> {
  const project = findProject(folder)
  const given = readGiven(flags)
  const ask = flags.yes === true ? null : terminal
  const installed = readManifest(project)
  if (installed !== null && flags.upgrade !== true) {
    throw new Refused(`Tablehook ${installed.version} is installed here. npx tablehook install --upgrade brings it up to date, npx tablehook attach <table> adds a table.`)
  }
  if (installed === null && lacksManifest(project)) {
    throw new Refused('supabase/migrations has Tablehook already, but supabase/tablehook.json is missing. Bring it back from your version control; or, when they were never pushed, delete the migrations …_tablehook_….sql.')
  }
  if (installed === null && flags.upgrade === true) throw new Refused('Tablehook is not installed here, so there is nothing to upgrade. Leave --upgrade out.')

  if (installed !== null) {
    const host = Object.keys(given).length === 0 ? installed.host : await withReader(project, flags, (reader) => decideHost(given, reader, null))
    const plan = planUpgrade(project, parts(), installed, host, now(), flags.overwrite === true)
    if (plan.files.length === 0 && plan.deleted.length === 0) return say('Nothing has changed: no file is written.')
    say(`Tablehook ${installed.version} → ${parts().version}, in ${project.root}:`)
    carryOut(project, plan, say, flags.dryRun === true)
    return say(flags.dryRun === true ? 'Nothing was written: this was a dry run.' : '\nNext: npx supabase db push, then npx supabase functions deploy webhooks dispatcher')
  }

  const { host, attachments } = await withReader(project, flags, async (reader) => {
    refuseOldPostgres(reader?.version ?? parseConfig(project.config).db?.major_version)
    if (reader?.hasTablehook === true) throw new Refused('The database has the schema webhooks already, but supabase/tablehook.json is missing. Bring it back from your version control.')
    if (reader !== null && reader.inTheWay.length > 0) throw new Refused(`Your database has ${reader.inTheWay.join(' and ')}, a name that Tablehook needs. Rename yours first.`)
    const host = await decideHost(given, reader, ask)
    const chosen = flags.tables !== undefined ? parseAttachments(flags.tables) : await chooseTables(reader?.schema ?? null, host, ask)
    return { host, attachments: chosen.map((one) => completeAttachment(one, host, reader?.schema ?? null)) }
  })
  const plan = planInstallation(project, parts(), host, attachments, now())
  for (const line of describe(host, attachments)) say(line)
  if (ask !== null && !await ask.confirm(`Write ${plan.files.length} files below ${project.root}/supabase?`)) throw new Refused('Left without writing anything.')
  carryOut(project, plan, say, flags.dryRun === true)
  say(flags.dryRun === true ? 'Nothing was written: this was a dry run.' : nextSteps(project, host, attachments))
}

/** Views that run as their caller, on which who sees what depends, came with this one. */
const OLDEST_POSTGRES = 15

/** The first migration refuses, too: not every database is looked at. */
function refuseOldPostgres(version: number | undefined): void {
  if (version !== undefined && version < OLDEST_POSTGRES) throw new Refused(`Your database is Postgres ${version}, and Tablehook needs ${OLDEST_POSTGRES} or later. Upgrade it first.`)
}

/** Reads the schema where a database is named or the local one answers. Without one, `work` gets null. */
export async function withReader<Result>(project: Project, { dbUrl }: { dbUrl?: string }, work: (reader: Reader | null) => Promise<Result>): Promise<Result> {
  // What was named must answer; the local database may well not be running.
  const reader = dbUrl !== undefined ? await readSchema(dbUrl) : await readSchema(localDatabase(project)).catch(() => null)
  try {
    return await work(reader)
  } finally {
    await reader?.close()
  }
}

/** Tables whose rows belong to organizations, for people to choose from. Where nobody can be asked: none. */
async function chooseTables(schema: Schema | null, host: Host, ask: Ask | null): Promise<AttachmentGiven[]> {
  if (ask === null || schema === null) return []
  const { organizations, members } = host
  const others = schema.filter(({ table }) => table.schema !== 'auth'
    && !(organizations !== null && sameTable(table, organizations.table)) && !(members.kind === 'table' && sameTable(table, members.table)))
  const tables = await ask.tables(others.filter((table) => columnOf(table, host) !== undefined).map(({ table }) => table))
  return tables.map((table) => ({ table, prefix: null, organizationColumn: null, keyColumn: null }))
}

function describe({ organizations, keyType, members }: Host, attachments: Attachment[]): string[] {
  const managers = members.kind === 'functions' ? members.managed
    : members.role === null ? 'every member' : members.managers === null ? `members with ${members.role}` : `members whose ${members.role} is ${members.managers.join(' or ')}`
  return [
    `Organizations: ${organizations === null ? 'by your functions' : `${showTable(organizations.table)}, by ${organizations.key} (${keyType})`}`,
    `Members:       ${members.kind === 'functions' ? members.mine : `${showTable(members.table)} (${members.user}, ${members.organization}${members.where === null ? '' : `, where ${members.where}`})`}`,
    `Managed by:    ${managers}`,
    `Events of:     ${attachments.map(({ table, prefix }) => `${showTable(table)} (${prefix}.created, .updated, .deleted)`).join(', ') || 'no table yet'}`,
    '',
  ]
}
