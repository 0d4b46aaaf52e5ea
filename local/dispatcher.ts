import fs from 'node:fs'
import path from 'node:path'
import { keepRunning, type Child } from './child.ts'
import { functionsEnv, type FunctionsOptions } from './functions.ts'
import { projectRoot } from './settings.ts'

const program = path.join(projectRoot, 'functions/dispatcher/process.ts')

/**
 * How Node runs a dispatcher that ends with its parent; `npm run dispatcher` has the first two of these. What is claimed lives until
 * it is recorded, and is garbage then: a young generation of twice the size that Node has copies less of it, and an old one that is
 * cleared when it has grown by two fifths holds less. `npm run bench -- memory drain` prints what both take.
 */
export const dispatcherArguments: readonly string[] = ['--max-semi-space-size=32', '--heap-growing-percent=40', '--import', 'tsx', '--import', path.join(projectRoot, 'local/end_with_parent.mjs'), program]

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
