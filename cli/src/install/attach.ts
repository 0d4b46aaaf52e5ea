// npx tablehook attach
import { attachmentSql } from './tenants.ts'
import { completeAttachment, parseAttachments } from './attachment.ts'
import { withReader, type Workplace } from './install.ts'
import { requireManifest } from './manifest.ts'
import { migrationNames } from './migration_file.ts'
import { findProject } from './project.ts'
import { carryOut } from './write.ts'

export type AttachFlags = { dbUrl?: string, prefix?: string, organizationColumn?: string, keyColumn?: string, dryRun?: boolean }

/** Writes one migration that makes the writes to these tables events. */
export async function attach(tables: string[], flags: AttachFlags, { folder, now, say }: Pick<Workplace, 'folder' | 'now' | 'say'>): Promise<void> {
  const project = findProject(folder)
  const { version, host } = requireManifest(project)
  const { prefix = null, organizationColumn = null, keyColumn = null } = flags
  const given = tables.flatMap(parseAttachments).map((one) => ({
    ...one, prefix: one.prefix ?? prefix, organizationColumn: one.organizationColumn ?? organizationColumn, keyColumn: one.keyColumn ?? keyColumn,
  }))
  const attachments = await withReader(project, flags, async (reader) => given.map((one) => completeAttachment(one, host, reader?.schema ?? null)))
  const name = migrationNames(project, now())(`attach_${attachments.map((one) => one.prefix.replaceAll('.', '_')).join('_').slice(0, 60)}`)
  const text = `-- Written by \`npx tablehook attach\` (${version}). Yours to change: see webhooks.attach() for rules of your own.\n\n${attachmentSql(attachments).join('\n\n')}\n`
  carryOut(project, { files: [{ path: name, text }], deleted: [] }, say, flags.dryRun === true)
  say(flags.dryRun === true ? 'Nothing was written: this was a dry run.' : '\nNext: npx supabase db push')
}
