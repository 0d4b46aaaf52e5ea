import fs from 'node:fs'
import path from 'node:path'
import { keepRunning, type Child } from './child.ts'
import { functionsEnv, type FunctionsOptions } from './functions.ts'
import { projectRoot } from './settings.ts'

const program = path.join(projectRoot, 'functions/dispatcher/process.ts')

/** Starts the long-lived dispatcher, as the role that may do nothing else. Null when there is none yet. */
export function startDispatcher(options: Omit<FunctionsOptions, 'functions'>): Child | null {
  if (!fs.existsSync(program)) return null
  return keepRunning({
    name: 'dispatcher',
    command: process.execPath,
    args: ['--import', 'tsx', '--import', path.join(projectRoot, 'local/end_with_parent.mjs'), program],
    env: { ...functionsEnv(options), SUPABASE_DB_URL: options.database.dispatcherUrl },
    cwd: projectRoot,
    logs: path.join(options.settings.data, 'logs'),
    instance: options.instance,
    warn: options.warn,
  })
}
