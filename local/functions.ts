// The edge functions, in one Deno process, with the environment they have on hosted.
import fs from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { keepRunning, type Child } from './child.ts'
import type { FunctionConfig } from './config.ts'
import { Foreseen } from './foreseen.ts'
import type { Instance } from './instance.ts'
import type { Keys } from './keys.ts'
import type { RunningPostgres } from './postgres.ts'
import type { Running } from './running.ts'
import { projectRoot, type Settings } from './settings.ts'
import { tokensSignedWith } from './tokens.ts'

export type FunctionsOptions = { functions: FunctionConfig[], settings: Settings, keys: Keys, database: RunningPostgres, instance: Instance, warn: (sentence: string) => void }

const READY_WAIT_MS = 60_000

/** Starts Deno with every function whose file exists, and waits until it serves. Warns of functions that cannot start. */
export async function startFunctions(options: FunctionsOptions, running: Running): Promise<Child> {
  const { settings } = options
  const entrypoints = Object.fromEntries(options.functions.map(({ name, entrypoint }) => [name, entrypoint]))
  const child = await running.add(keepRunning({
    name: 'functions',
    command: findDeno(),
    args: [
      'run', '--no-prompt', '--node-modules-dir=manual', '--allow-net', '--allow-env', '--allow-read', '--allow-sys',
      path.join(projectRoot, 'local/functions_server.ts'), String(settings.ports.functions), JSON.stringify(entrypoints),
    ],
    env: functionsEnv(options),
    cwd: projectRoot,
    logs: path.join(settings.data, 'logs'),
    instance: options.instance,
    warn: options.warn,
  }))
  for (const [name, state] of Object.entries(await untilReady(settings, running))) {
    if (state !== 'ready') options.warn(`Function ${name} cannot start: ${state}`)
  }
  return child
}

/** What a function finds in its environment, hosted and here; and what only Tablehook's functions look for. */
export function functionsEnv({ settings, keys, database }: Pick<FunctionsOptions, 'settings' | 'keys' | 'database'>): NodeJS.ProcessEnv {
  return {
    ...process.env,
    DENO_NO_UPDATE_CHECK: '1',
    SUPABASE_URL: `http://127.0.0.1:${settings.ports.api}`,
    SUPABASE_DB_URL: database.url,
    SUPABASE_ANON_KEY: keys.publishableKey,
    SUPABASE_SERVICE_ROLE_KEY: keys.secretKey,
    SUPABASE_PUBLISHABLE_KEYS: JSON.stringify({ default: keys.publishableKey }),
    SUPABASE_SECRET_KEYS: JSON.stringify({ default: keys.secretKey }),
    SUPABASE_JWKS: tokensSignedWith(keys.jwtSecret).keySet,
    TABLEHOOK_SECRET_KEY: process.env.TABLEHOOK_SECRET_KEY || keys.tablehookSecretKey,
    TABLEHOOK_ALLOW_PRIVATE: settings.allowPrivate,
    TABLEHOOK_WEB_URL: process.env.TABLEHOOK_WEB_URL || `http://127.0.0.1:${settings.ports.web}`,
  }
}

/** npm's `deno` command is a script around the program itself; a signal to the script would not reach it. */
export function findDeno(): string {
  try {
    const install = createRequire(import.meta.url)('deno/install_api.cjs') as { runInstall: () => string }
    return install.runInstall()
  } catch (error) {
    throw new Foreseen(`Deno for ${process.platform}-${process.arch} is not installed. Run npm ci again, without --omit=optional. (${(error as Error).message})`)
  }
}

async function untilReady(settings: Settings, running: Running): Promise<Record<string, string>> {
  const deadline = Date.now() + READY_WAIT_MS
  while (Date.now() < deadline && !running.isStopping) {
    const answer = await fetch(`http://127.0.0.1:${settings.ports.functions}/_ready`).catch(() => null)
    if (answer?.ok) return await answer.json() as Record<string, string>
    await sleep(50)
  }
  const log = fs.readFileSync(path.join(settings.data, 'logs/functions.log'), 'utf8').trim().split('\n').slice(-8).join('\n')
  throw new Foreseen(`The functions did not start within a minute.\n${log}`)
}
