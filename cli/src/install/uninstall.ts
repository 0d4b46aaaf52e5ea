// npx tablehook uninstall
import { FUNCTIONS, type Parts } from './collect.ts'
import { FUNCTIONS_FOLDER, removeSections } from './config_sections.ts'
import type { Host } from './host.ts'
import type { Workplace } from './install.ts'
import { MANIFEST, requireManifest } from './manifest.ts'
import { membersChapter } from './members_chapter.ts'
import { migrationNames } from './migration_file.ts'
import { changedByHand } from './plan.ts'
import { findProject } from './project.ts'
import { Refused } from './refused.ts'
import { untieSql } from './tenants.ts'
import { carryOut } from './write.ts'

export type UninstallFlags = { yes?: boolean, dryRun?: boolean, overwrite?: boolean }

const LOST = `When this migration has run, these are gone for good: every webhook with its secrets, the events and deliveries that still wait,
the log, the catalog of event types, API keys and test addresses. Your own tables and rows stay as they are.`

/** Writes the migration that takes Tablehook out of the database, and removes the functions and settings that install wrote. */
export async function uninstall(flags: UninstallFlags, { folder, parts, ask, now, say }: Workplace): Promise<void> {
  const project = findProject(folder)
  const manifest = requireManifest(project)
  const changed = changedByHand(project, manifest)
  if (changed.length > 0 && flags.overwrite !== true) {
    throw new Refused(`These files were changed since they were installed, and would be deleted:\n${changed.map((file) => `  ${file}`).join('\n')}\nSay --overwrite to delete them all the same.`)
  }
  say(LOST)
  if (flags.yes !== true && flags.dryRun !== true) {
    if (ask === null) throw new Refused('Say --yes to write it.')
    if (!await ask.confirm('Write the migration, and remove the functions from this folder?')) throw new Refused('Left without writing anything.')
  }
  const migration = { path: migrationNames(project, now())('uninstall'), text: uninstallSql(manifest.host, parts(), manifest.version) }
  const config = { path: 'supabase/config.toml', text: removeSections(project.config) }
  const deleted = [...Object.keys(manifest.functions).map((file) => `${FUNCTIONS_FOLDER}/${file}`), MANIFEST]
  carryOut(project, { files: config.text === project.config ? [migration] : [migration, config], deleted }, say, flags.dryRun === true)
  say(flags.dryRun === true ? 'Nothing was written: this was a dry run.' : `
Next: npx supabase db push
      npx supabase functions delete ${FUNCTIONS[0]}; npx supabase functions delete ${FUNCTIONS[1]}
      npx supabase secrets unset TABLEHOOK_SECRET_KEY TABLEHOOK_DISPATCHER_SECRET
The migrations that installed Tablehook stay: they are part of your project's history.`)
}

/** Takes away what the chapters made, by name. */
export function uninstallSql(host: Host, parts: Parts, version: string): string {
  const objects = publicObjects([...parts.chapters.map(({ sql }) => sql), membersChapter(host)].join('\n'))
  return `-- Takes Tablehook ${version} out. Written by \`npx tablehook uninstall\`.
--
${LOST.split('\n').map((line) => `-- ${line}`).join('\n')}

-- A name that the project uses for something else must not be hit.
do $$
begin
  if to_regclass('webhooks.settings') is null then raise exception 'Tablehook is not installed in this database.'; end if;
end $$;

-- 1. Nothing calls it any more.
do $$
begin
  if to_regnamespace('cron') is not null then
    execute $cron$ select cron.unschedule(j.jobid) from cron.job j where j.jobname in ('tablehook-sweep', 'tablehook-maintain') $cron$;
  end if;
  if to_regnamespace('vault') is not null then
    execute format('delete from vault.secrets where name = %L', (select s.wake_secret_name from webhooks.settings s));
  end if;
end $$;

-- 2. The app's tables send no more events.
select webhooks.detach(s.relation) from webhooks.sources s;
${untieSql(host)}

-- 3. What is in \`public\`, then the schema.
select webhooks.restore_default_privileges();
${objects.map((object) => `drop ${object};`).join('\n')}
drop schema webhooks cascade;

-- 4. The role of dispatchers belongs to the whole server: another database may still use it.
do $$
begin
  drop role if exists tablehook_dispatcher;
exception when dependent_objects_still_exist or insufficient_privilege then
  raise notice 'role tablehook_dispatcher stays: %', sqlerrm;
end $$;
`
}

/** `table if exists public.x cascade` and the like for all that SQL makes in public, views and tables before functions. */
export function publicObjects(sql: string): string[] {
  const relations = [...sql.matchAll(/^create (?:unlogged )?(view|table) public\.(\w+)/gm)].map(([, kind, name]) => `${kind} if exists public.${name} cascade`)
  const functions = [...sql.matchAll(/^create (?:or replace )?function public\.(\w+)\s*\(([^]*?)\)\s*(?:returns|\n)/gm)].map(([, name, args = '']) => `function if exists public.${name}(${typesOf(args)})`)
  return [...relations.filter((one) => one.startsWith('view')), ...relations.filter((one) => one.startsWith('table')).reverse(), ...new Set(functions)]
}

/** The types of a list of arguments: names and defaults left out. */
function typesOf(args: string): string {
  return splitOutside(args.replace(/--.*$/gm, '')).map((argument) => argument.trim().replace(/\s+default\s[^]*$/i, '').replace(/^\w+\s+/, '')).join(', ')
}

/** At commas that are in no bracket and no text. */
function splitOutside(text: string): string[] {
  return text.trim() === '' ? [] : text.match(/(?:'[^']*'|\([^)]*\)|\{[^}]*\}|[^,'])+/g) ?? []
}
