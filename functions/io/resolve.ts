// Names to addresses, vetted. The address that is checked is the address that is connected to.
import { lookup as systemLookup } from 'node:dns'
import type { LookupFunction } from 'node:net'
import { addressVerdict, type AddressVerdict, type AllowList } from '../core/address.ts'

/** Looks a name up: all its addresses, or an error with a `code` such as ENOTFOUND. A test passes its own. */
export type Resolve = (hostname: string) => Promise<{ address: string; family: number }[]>

export const resolveBySystem: Resolve = (hostname) => new Promise((resolve, reject) => {
  systemLookup(hostname, { all: true, verbatim: true }, (error, addresses) => error ? reject(error) : resolve(addresses))
})

/** Thrown inside a connect when a name points somewhere we do not go. */
export class BlockedAddress extends Error {
  readonly code: 'TABLEHOOK_BLOCKED_ADDRESS' | 'TABLEHOOK_INSECURE_URL'

  constructor(code: BlockedAddress['code']) {
    super(code === 'TABLEHOOK_BLOCKED_ADDRESS' ? 'the name points to an address that is not public' : 'plain http is only for allow-listed addresses')
    this.name = 'BlockedAddress'
    this.code = code
  }
}

/**
 * Judges a name by every address it has: one private address among public ones blocks it, or an attacker could choose
 * which one the next look-up returns.
 */
export function worstVerdict(addresses: readonly { address: string }[], allow: AllowList): AddressVerdict {
  const verdicts = addresses.map(({ address }) => addressVerdict(address, allow))
  if (verdicts.length === 0 || verdicts.includes('blocked')) return 'blocked'
  return verdicts.includes('public') ? 'public' : 'allowed_private'
}

/** The `lookup` of a socket: hands the connect only addresses that were vetted, so a name cannot change between check and connect. */
export function vettedLookup(allow: AllowList, encrypted: boolean, resolve: Resolve): LookupFunction {
  return (hostname, options, callback) => {
    resolve(hostname).then((addresses) => {
      const verdict = worstVerdict(addresses, allow)
      if (verdict === 'blocked') throw new BlockedAddress('TABLEHOOK_BLOCKED_ADDRESS')
      if (!encrypted && verdict !== 'allowed_private') throw new BlockedAddress('TABLEHOOK_INSECURE_URL')
      const first = addresses[0]!
      if (options.all) callback(null, addresses)
      else callback(null, first.address, first.family)
    }).catch((error: NodeJS.ErrnoException) => callback(error, '', 0))
  }
}

/** The check at creation. `not_found` is no refusal: the name may be set up later, and every connect checks again. */
export async function resolveVerdict(hostname: string, allow: AllowList, resolve: Resolve = resolveBySystem): Promise<AddressVerdict | 'not_found'> {
  try {
    return worstVerdict(await resolve(hostname), allow)
  } catch {
    return 'not_found'
  }
}
