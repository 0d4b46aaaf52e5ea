import path from 'node:path'
import { parseAllowList } from '../functions/core/address.ts'
import { Foreseen } from './foreseen.ts'
import { portsFrom, type Ports } from './ports.ts'

export const projectRoot = path.resolve(import.meta.dirname, '..')

const LOOPBACK = '127.0.0.1/32,::1/128'

export type Settings = {
  /** Absolute path of this instance's data folder. Two systems never share one. */
  data: string
  ports: Ports
  /** `dev`: Vite's dev server, edits show at once. `build`: the production build under its content security policy. */
  web: 'dev' | 'build'
  /** CIDRs that deliveries may reach although they are private. Empty: none. */
  allowPrivate: string
  allowPrivateWasChosen: boolean
  /** Whether a new database gets the demo's webhooks and their history. Tests begin without. */
  demo: boolean
  /** Wipe the data folder, build the database anew, and exit. */
  reset: boolean
}

/** Reads the settings of this instance from the environment and the command line. */
export function readSettings(env: NodeJS.ProcessEnv, args: string[]): Settings {
  const unknown = args.filter((arg) => arg !== '--reset')
  if (unknown.length > 0) throw new Foreseen(`Unknown argument ${unknown[0]}. npm start takes none; npm run db:reset recreates the database.`)
  const web = env.TABLEHOOK_WEB || 'dev'
  if (web !== 'dev' && web !== 'build') throw new Foreseen(`TABLEHOOK_WEB is "${web}", but it is dev (the default) or build.`)
  const demo = env.TABLEHOOK_DEMO || 'webhooks'
  if (demo !== 'webhooks' && demo !== 'none') throw new Foreseen(`TABLEHOOK_DEMO is "${demo}", but it is webhooks (the default) or none.`)
  try {
    parseAllowList(env.TABLEHOOK_ALLOW_PRIVATE)
  } catch (error) {
    throw new Foreseen((error as Error).message)
  }
  return {
    data: path.resolve(projectRoot, env.TABLEHOOK_DATA || '.local'),
    ports: portsFrom(env.TABLEHOOK_PORT || '15320'),
    web,
    allowPrivate: env.TABLEHOOK_ALLOW_PRIVATE ?? LOOPBACK,
    allowPrivateWasChosen: env.TABLEHOOK_ALLOW_PRIVATE !== undefined,
    demo: demo === 'webhooks',
    reset: args.includes('--reset'),
  }
}
