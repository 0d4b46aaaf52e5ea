// globalSetup of the projects `db` and `engine`: one throw-away Postgres for both, with a migrated template that every test file clones.
import postgres from 'postgres'
import type { TestProject } from 'vitest/node'
import { startMigratedPostgres, type PostgresServer } from './postgres_server.ts'
import { share } from './shared.ts'

/** Addresses of the template database, by role, and the major version of Postgres. */
export type DatabaseServer = { adminUrl: string, url: string, dispatcherUrl: string, version: number }

declare module 'vitest' {
  export interface ProvidedContext {
    databaseServer: DatabaseServer
  }
}

export default async function setup(project: Pick<TestProject, 'provide'>): Promise<() => Promise<void>> {
  const { resource: server, release } = await share('database server', startServer, (started) => started.discard())
  project.provide('databaseServer', { adminUrl: server.adminUrl, url: server.url, dispatcherUrl: server.dispatcherUrl, version: server.version })
  return release
}

async function startServer(): Promise<PostgresServer> {
  const server = await startMigratedPostgres({ durable: false })
  try {
    await makeTemplate(server.adminUrl)
    return server
  } catch (error) {
    await server.discard()
    throw error
  }
}

/** With constraints that the queue itself does without, see its chapter: whatever a test does to it, they must hold. */
async function makeTemplate(adminUrl: string): Promise<void> {
  const sql = postgres(adminUrl.replace(/\/postgres$/, '/template1'), { max: 1, onnotice: () => {} })
  try {
    await sql`create database tablehook_template template postgres owner postgres is_template true`
  } finally {
    await sql.end()
  }
  const template = postgres(adminUrl.replace(/\/postgres$/, '/tablehook_template'), { max: 1, onnotice: () => {} })
  await template`
    alter table webhooks.open_deliveries
      add constraint deliveries_under_way_are_leased check ((leased_until is not null) = (state = 'sending')),
      add constraint open_deliveries_are_not_finished check (finished_at is null),
      add constraint open_attempts_are_claimed_first check (attempt_count >= 0 and claim_count >= 0 and lapse_count >= 0)`.finally(() => template.end())
}
