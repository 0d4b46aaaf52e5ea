// globalSetup of the project `db`: one throw-away Postgres, with a migrated template that every test file clones.
import postgres from 'postgres'
import type { TestProject } from 'vitest/node'
import { bootstrap } from '../../local/bootstrap.ts'
import { insertDemoUsers } from '../../local/demo_users.ts'
import { makeKeys } from '../../local/keys.ts'
import { applyLocalSettings } from '../../local/local_settings.ts'
import { applyDirectly } from '../../local/migrate.ts'
import { startPostgres } from '../../local/postgres.ts'
import { freePorts } from './free_port.ts'
import { deleteFolder, throwAwayFolder } from './throw_away_folder.ts'

/** Addresses of the template database, by role. */
export type DatabaseServer = { adminUrl: string, url: string, dispatcherUrl: string }

declare module 'vitest' {
  export interface ProvidedContext {
    databaseServer: DatabaseServer
  }
}

export default async function setup(project: Pick<TestProject, 'provide'>): Promise<() => Promise<void>> {
  const data = throwAwayFolder('db')
  const { passwords } = makeKeys()
  const server = await startPostgres({ data, port: await freePorts(1), passwords, durable: false })
  const teardown = async () => {
    await server.stop()
    deleteFolder(data)
  }
  try {
    await bootstrap(server.adminUrl, passwords)
    await insertDemoUsers(server.adminUrl)
    await applyDirectly(server.url)
    await applyLocalSettings(server.adminUrl, passwords, { allowPrivate: '127.0.0.1/32,::1/128' })
    await makeTemplate(server.adminUrl)
  } catch (error) {
    await teardown()
    throw error
  }
  project.provide('databaseServer', { adminUrl: server.adminUrl, url: server.url, dispatcherUrl: server.dispatcherUrl })
  return teardown
}

async function makeTemplate(adminUrl: string): Promise<void> {
  const sql = postgres(adminUrl.replace(/\/postgres$/, '/template1'), { max: 1, onnotice: () => {} })
  try {
    await sql`create database tablehook_template template postgres owner postgres is_template true`
  } finally {
    await sql.end()
  }
}
