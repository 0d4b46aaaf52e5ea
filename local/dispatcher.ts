import fs from 'node:fs'
import path from 'node:path'
import { keepRunning, type Child } from './child.ts'
import { functionsEnv, type FunctionsOptions } from './functions.ts'
import { projectRoot } from './settings.ts'

const program = path.join(projectRoot, 'functions/dispatcher/process.ts')

/**
 * How Node runs a dispatcher that ends with its parent; `npm run dispatcher` has the first two of these. A young generation of half
 * the size that Node has, and an old one that is cleared when it has trebled, hold a thousand requests under way in less memory:
 * `npm run bench -- memory drain` prints what it takes. To clear it earlier takes less still, and its pauses show in what the
 * neighbours of a long queue wait.
 */
export const dispatcherArguments: readonly string[] = ['--max-semi-space-size=8', '--heap-growing-percent=200', '--import', 'tsx', '--import', path.join(projectRoot, 'local/end_with_parent.mjs'), program]

/** Starts the long-lived dispatcher, as the role that may do nothing else. Null when there is none yet. */
export function startDispatcher(options: Omit<FunctionsOptions, 'functions'>): Child | null {
  if (!fs.existsSync(program)) return null
  return keepRunning({
    name: 'dispatcher',
    command: process.execPath,
    args: [...dispatcherArguments],
    env: { ...functionsEnv(options), SUPABASE_DB_URL: options.database.dispatcherUrl },
    cwd: projectRoot,
    logs: path.join(options.settings.data, 'logs'),
    instance: options.instance,
    warn: options.warn,
  })
}
