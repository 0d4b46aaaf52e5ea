// A migrated Postgres in a throw-away folder: the one behind all clones, or one of a test's own that it may kill.
import path from 'node:path'
import postgres from 'postgres'
import { bootstrap } from '../../local/bootstrap.ts'
import { insertDemoUsers } from '../../local/demo_users.ts'
import { makeKeys } from '../../local/keys.ts'
import { applyLocalSettings } from '../../local/local_settings.ts'
import { applyDirectly } from '../../local/migrate.ts'
import { startPostgres } from '../../local/postgres.ts'
import { freePorts } from './free_port.ts'
import { deleteFolder, throwAwayFolder } from './throw_away_folder.ts'

export type PostgresServer = {
  /** Addresses by role. */
  adminUrl: string
  url: string
  dispatcherUrl: string
  /** The major version: 17, unless TABLEHOOK_POSTGRES names another. */
  version: number
  /** What Postgres writes about itself, failed statements among it. */
  logFile: string
  /** Kills the postmaster at once, as a power cut would. */
  crash: () => Promise<void>
  /** Starts it again on the same port and data. */
  restart: () => Promise<void>
  discard: () => Promise<void>
}

/** `durable: false` only where no test kills it. */
export async function startMigratedPostgres({ durable }: { durable: boolean }): Promise<PostgresServer> {
  const data = throwAwayFolder('db')
  const options = { data, port: await freePorts(1), passwords: makeKeys().passwords, durable }
  let server = await startPostgres(options)
  const { adminUrl, url, dispatcherUrl } = server
  const discard = async () => {
    await server.stop()
    deleteFolder(data)
  }
  try {
    await bootstrap(adminUrl, options.passwords)
    await insertDemoUsers(adminUrl)
    await applyDirectly(url)
    await applyLocalSettings(adminUrl, options.passwords, { allowPrivate: '127.0.0.1/32,::1/128' })
  } catch (error) {
    await discard()
    throw error
  }
  return {
    adminUrl, url, dispatcherUrl, discard, version: server.version,
    logFile: path.join(data, 'postgres.log'),
    async crash() {
      const sql = postgres(adminUrl, { max: 1, onnotice: () => {} })
      const [file] = await sql`select pg_read_file('postmaster.pid') as text`
      await sql.end()
      process.kill(Number((file!.text as string).split('\n')[0]), 'SIGKILL')
    },
    async restart() {
      server = await startPostgres(options)
    },
  }
}
