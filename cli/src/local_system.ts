// The system that `npm start` runs on this machine, as it describes itself in its data folder.
import fs from 'node:fs'
import path from 'node:path'
import { CommandError, EXIT } from './exit_codes.ts'

export type LocalSystem = {
  API_URL: string
  PUBLISHABLE_KEY: string
  SECRET_KEY: string
  USERS: { email: string; password: string; role: string; organization_id: string }[]
}

/** The running system of this folder, or of one above it. */
export function findLocalSystem(folder: string, env: Readonly<Record<string, string | undefined>>): LocalSystem {
  const data = env.TABLEHOOK_DATA ? path.resolve(folder, env.TABLEHOOK_DATA) : dataAbove(folder)
  const system = data === null ? null : readJson<LocalSystem>(path.join(data, 'system.json'))
  const owner = data === null ? null : readJson<{ pid: number }>(path.join(data, 'running.json'))
  if (system === null || owner === null || !isRunning(owner.pid)) {
    throw new CommandError(EXIT.unreachable, `No local system is running ${data === null ? `in ${folder} or above it` : `on ${data}`}. Start it with npm start, or name its folder in TABLEHOOK_DATA.`)
  }
  return system
}

function dataAbove(folder: string): string | null {
  for (let at = path.resolve(folder); ; at = path.dirname(at)) {
    const data = path.join(at, '.local')
    if (fs.existsSync(path.join(data, 'system.json'))) return data
    if (at === path.dirname(at)) return null
  }
}

function readJson<Content>(file: string): Content | null {
  try {
    return JSON.parse(fs.readFileSync(file, 'utf8')) as Content
  } catch {
    return null
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as { code?: string }).code === 'EPERM'
  }
}
