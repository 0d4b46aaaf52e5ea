import fs from 'node:fs'
import path from 'node:path'
import { demoPassword, demoUsers } from './demo_users.ts'
import type { Keys } from './keys.ts'
import type { RunningPostgres } from './postgres.ts'
import type { Settings } from './settings.ts'

/** What `npm run status -- --json` prints: how to reach the running system. */
export type SystemStatus = {
  API_URL: string
  /** Connects as role postgres. */
  DB_URL: string
  WEB_URL: string
  PUBLISHABLE_KEY: string
  SECRET_KEY: string
  USERS: { email: string, password: string, role: 'owner' | 'admin' | 'member', organization_id: string }[]
}

/** How to reach the system that runs with these settings. */
export function describeSystem({ ports }: Settings, keys: Keys, database: RunningPostgres): SystemStatus {
  return {
    API_URL: `http://127.0.0.1:${ports.api}`,
    DB_URL: database.url,
    WEB_URL: `http://127.0.0.1:${ports.web}`,
    PUBLISHABLE_KEY: keys.publishableKey,
    SECRET_KEY: keys.secretKey,
    USERS: demoUsers.map(({ email, role, organization_id }) => ({ email, password: demoPassword, role, organization_id })),
  }
}

/** Leaves the description where `npm run status` finds it. It appears once the system is ready, whole. */
export function writeSystemStatus(data: string, status: SystemStatus): void {
  const file = path.join(data, 'system.json')
  fs.writeFileSync(`${file}.new`, JSON.stringify(status), { mode: 0o600 })
  fs.renameSync(`${file}.new`, file)
}
