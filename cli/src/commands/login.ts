import type { Command } from 'commander'
import { makeClient, requireUrl } from '../connection.ts'
import { CommandError, EXIT } from '../exit_codes.ts'
import { plain } from '../paint.ts'
import { organizationsOf, signIn } from '../sign_in.ts'
import { changeStored, configFile, readStored, type StoredLogin } from '../stored_login.ts'
import type { Surroundings } from '../surroundings.ts'

type Options = { url?: string; apiKey?: string; email?: string; publishableKey?: string; organization?: string; passwordStdin?: true }

export function addLogin(program: Command, around: Surroundings): void {
  program.command('login')
    .description('store where the project is and who you are, for the other commands')
    .option('--url <url>', 'the Supabase project (TABLEHOOK_URL)')
    .option('--api-key <key>', 'an API key of the organization (TABLEHOOK_API_KEY)')
    .option('--email <email>', 'instead of an API key: the e-mail address to sign in with')
    .option('--publishable-key <key>', 'with --email: the publishable key of the project (SUPABASE_PUBLISHABLE_KEY)')
    .option('--password-stdin', 'with --email: read the password from the standard input')
    .option('--organization <id>', 'with --email: the organization, for those who belong to several')
    .addHelpText('after', `
Examples:
  $ npx tablehook login                                    # asks
  $ npx tablehook login --url https://abc.supabase.co --api-key thk_…
  $ npx tablehook login --url https://abc.supabase.co --email ada@example.com --publishable-key sb_publishable_…

What is typed on the command line stays in the history of the shell: without --api-key you are asked for it.`)
    .action((options: Options) => login(options, around))

  program.command('logout')
    .description('forget what login has stored')
    .action(() => {
      const file = configFile(around.env)
      if (readStored(around.env).login === undefined) return around.note('Nobody is signed in.')
      changeStored(around.env, ({ login: _, ...rest }) => rest)
      around.note(`Signed out: ${file} has no sign-in any more. An API key stays valid until it is revoked in the settings page.`)
    })
}

async function login(options: Options, around: Surroundings): Promise<void> {
  const url = options.url ?? (around.env.TABLEHOOK_URL || undefined) ?? await ask(around, 'The address of the Supabase project', '--url')
  requireUrl(url)
  const stored = options.email === undefined ? await byKey(url, options, around) : await byPassword(url, options.email, options, around)
  const file = changeStored(around.env, (all) => ({ ...all, login: stored }))
  around.note(`Signed in to ${url}${'email' in stored ? ` as ${stored.email}` : ' with an API key'}. Stored in ${file}, for you only.`)
}

async function byKey(url: string, options: Options, around: Surroundings): Promise<StoredLogin> {
  const apiKey = options.apiKey ?? (around.env.TABLEHOOK_API_KEY || undefined) ?? await ask(around, 'API key (from the settings page)', '--api-key', true)
  // A key that does not work is told now, not at the next command.
  const { organization, key } = await makeClient({ url, apiKey }).whoAmI({ signal: around.signal })
  around.note(`The key “${plain(key?.name ?? '')}” of ${plain(organization.name)} may ${key?.scopes.join(' and ')}.`)
  return { url, apiKey, ...(options.organization === undefined ? {} : { organization: options.organization }) }
}

async function byPassword(url: string, email: string, options: Options, around: Surroundings): Promise<StoredLogin> {
  const publishableKey = options.publishableKey ?? (around.env.SUPABASE_PUBLISHABLE_KEY || undefined) ?? await ask(around, 'Publishable key of the project', '--publishable-key')
  const password = options.passwordStdin ? new TextDecoder().decode(await around.readInput()).replace(/\r?\n$/, '') : await ask(around, `Password of ${email}`, '--password-stdin', true)
  const session = await signIn(url, publishableKey, email, password, around.now(), around.signal)
  const organization = options.organization ?? await onlyOrganization(url, publishableKey, session.accessToken, around.signal)
  return { url, email, publishableKey, ...session, organization }
}

async function onlyOrganization(url: string, publishableKey: string, accessToken: string, signal: AbortSignal): Promise<string> {
  const mine = await organizationsOf(url, publishableKey, accessToken, signal)
  if (mine?.length === 1) return mine[0]!.id
  const choice = mine === null || mine.length === 0 ? '' : ` You belong to ${mine.map(({ id, name }) => `${name} (${id})`).join(', ')}.`
  throw new CommandError(EXIT.usage, `Say which organization: --organization <id>.${choice}`)
}

/** Asks, where somebody can answer. */
async function ask({ isInteractive }: Surroundings, question: string, option: string, isSecret = false): Promise<string> {
  if (!isInteractive) throw new CommandError(EXIT.usage, `${question} is missing, and nobody can be asked here: give ${option}.`)
  const { isCancel, password, text } = await import('@clack/prompts')
  const answer = isSecret ? await password({ message: question }) : await text({ message: question })
  if (isCancel(answer) || answer === undefined || answer.trim() === '') throw new CommandError(EXIT.usage, 'Nothing was stored.')
  return answer.trim()
}
