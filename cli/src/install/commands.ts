// install, attach and uninstall, as commands.
import type { Command } from 'commander'
import { CommandError, EXIT } from '../exit_codes.ts'
import type { Surroundings } from '../surroundings.ts'
import { askAtTerminal } from './ask.ts'
import { attach } from './attach.ts'
import { readParts } from './carried.ts'
import { install, type Workplace } from './install.ts'
import { Refused } from './refused.ts'
import { uninstall } from './uninstall.ts'

/** Adds the commands that make Tablehook part of a Supabase project. */
export function addInstall(program: Command, around: Surroundings): void {
  const workplace = { folder: around.folder, parts: readParts, ask: around.isInteractive ? askAtTerminal : null, now: around.now, say: around.print } satisfies Workplace
  program.command('install')
    .description('add Tablehook to the Supabase project in this folder: writes migrations and functions, and touches nothing that runs')
    .option('--db-url <url>', 'a database with your tables to look at; else the local one of supabase start, if it runs')
    .option('--organizations <table>', 'the table of your tenants: teams, app.teams, "My Schema"."Teams"; auth.users if everybody is on their own')
    .option('--organization-key <column>', 'its key: uuid, a whole number or text')
    .option('--organization-name <column>', 'what people know them by')
    .option('--key-type <type>', 'uuid, bigint or text: what the key is, where no database can be looked at')
    .option('--members <table>', 'who belongs to which organization')
    .option('--member-user <column>', 'its column with the id of the user')
    .option('--member-organization <column>', 'its column with the key of the organization')
    .option('--member-role <column>', 'its column that says what a member may do')
    .option('--managers <roles>', 'the roles that manage webhooks, the highest first: owner,admin. The others see them, and turn them on and off')
    .option('--members-where <sql>', 'only such rows are members: "m.accepted_at is not null"')
    .option('--my-organizations <function>', 'instead of a table: your function that answers with the keys of the caller’s organizations')
    .option('--managed-organizations <function>', 'and the one with those that the caller manages')
    .option('--tables <list>', 'tables whose writes become events: invoices:invoice,projects (table:prefix:organization column:key column)')
    .option('--upgrade', 'write only what is new since the version that is installed')
    .option('--overwrite', 'with --upgrade: replace functions that were changed by hand')
    .option('-y, --yes', 'take what was found, and ask nothing')
    .option('--dry-run', 'only say what would be written')
    .addHelpText('after', `
Examples:
  $ npx tablehook install
  $ npx tablehook install --yes --organizations teams --members team_members --managers owner,admin --tables invoices,projects:project
  $ npx tablehook install --upgrade

A name is taken as it is in the catalog: a dot separates the schema, and double quotes keep a dot in a name.`)
    .action((flags: Parameters<typeof install>[0]) => refusing(install(flags, workplace)))

  program.command('attach')
    .description('write a migration that makes the writes to tables events')
    .argument('<tables...>', 'invoices, or invoices:invoice:team_id:id (prefix, organization column, key column)')
    .option('--db-url <url>', 'a database with your tables to look at; else the local one, if it runs')
    .option('--prefix <prefix>', 'what the event types begin with')
    .option('--organization-column <column>', 'the column that names the organization')
    .option('--key-column <column>', 'the column that tells rows apart')
    .option('--dry-run', 'only say what would be written')
    .action((tables: string[], flags: Parameters<typeof attach>[1]) => refusing(attach(tables, flags, workplace)))

  program.command('uninstall')
    .description('write the migration that takes Tablehook out again, and remove its functions from this folder')
    .option('-y, --yes', 'ask nothing')
    .option('--overwrite', 'also delete functions that were changed by hand')
    .option('--dry-run', 'only say what would be written')
    .action((flags: Parameters<typeof uninstall>[0]) => refusing(uninstall(flags, workplace)))
}

/** What people can put right ends the command with its sentence. */
async function refusing(work: Promise<void>): Promise<void> {
  try {
    await work
  } catch (error) {
    throw error instanceof Refused ? new CommandError(EXIT.refused, error.message) : error
  }
}
