import { createHmac, timingSafeEqual } from 'node:crypto'

const KEY_ID = 'local'

export type Tokens = {
  /** The same token with a key id in its header, or null when it is not ours or has expired. */
  withKeyId: (token: string) => string | null
  /** The key set that functions verify user tokens with, as JSON text. */
  keySet: string
}

/**
 * User tokens of the local Auth service. It signs them without a key id (`kid`), which @supabase/server
 * needs to find the key, as hosted tokens have one: the gateway adds it on the way to a function.
 */
export function tokensSignedWith(secret: string): Tokens {
  const sign = (content: string) => createHmac('sha256', secret).update(content).digest('base64url')
  const header = Buffer.from(JSON.stringify({ alg: 'HS256', typ: 'JWT', kid: KEY_ID })).toString('base64url')
  return {
    withKeyId(token) {
      const [head = '', claims = '', signature = ''] = token.split('.')
      if (!equal(sign(`${head}.${claims}`), signature) || !isCurrent(claims)) return null
      return `${header}.${claims}.${sign(`${header}.${claims}`)}`
    },
    keySet: JSON.stringify({ keys: [{ kty: 'oct', alg: 'HS256', kid: KEY_ID, k: Buffer.from(secret).toString('base64url') }] }),
  }
}

function equal(a: string, b: string): boolean {
  return a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b))
}

function isCurrent(claims: string): boolean {
  try {
    const { exp } = JSON.parse(Buffer.from(claims, 'base64url').toString()) as { exp?: number }
    return exp !== undefined && exp * 1000 > Date.now()
  } catch {
    return false
  }
}
