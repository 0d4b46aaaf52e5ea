import type { AllowList } from '../core/address.ts'
import type { Transform } from '../core/payload/transform.ts'
import type { Keyring } from '../core/seal.ts'
import type { Log } from '../io/log.ts'
import type { Pool } from '../io/pool.ts'
import type { Resolve } from '../io/resolve.ts'
import type { Sender } from '../io/send.ts'
import type { User, VerifyUser } from './auth.ts'
import type { Access } from './describe.ts'

/** All that the API needs from outside: index.ts hands over the real ones, a test its own. */
export type Deps = {
  pool: Pool
  keyring: Keyring
  sender: Pick<Sender, 'send'>
  transform: Transform
  allow: AllowList
  resolve: Resolve
  verifyUser: VerifyUser
  now: () => Date
  /** Milliseconds. */
  wait: (ms: number) => Promise<void>
  randomBytes: (count: number) => Uint8Array
  log: Log
}

/** What Hono hands from the description and the sign-in check to the route. */
export type Env = { Variables: { user: User; access: Access } }
