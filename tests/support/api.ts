// Calls the HTTP API as a client would: through the gateway, with a user's token.
import { expectAsDescribed } from './described.ts'
import { signIn, system } from './running_system.ts'

export type Answer = { status: number; headers: Headers; text: string; json: Json }
// Tests reach into answers by name; what is not there fails their expectation.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type Json = any

export type Caller = {
  /** `path` comes after /functions/v1/webhooks. A text is sent as it is, everything else as JSON. Throws when the answer is not as the API describes itself. */
  call(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>
}

/** Someone with that token, or nobody. */
export function caller(token: string | null): Caller {
  return {
    async call(method, path, body, headers = {}) {
      const response = await fetch(`${system().API_URL}/functions/v1/webhooks${path}`, {
        method,
        headers: { 'content-type': 'application/json', ...(token === null ? {} : { authorization: `Bearer ${token}` }), ...headers },
        ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
        redirect: 'manual',
      })
      const answer = await answerOf(response)
      await expectAsDescribed({ method, path: `/webhooks${path}`, body, status: answer.status, text: answer.text, type: answer.headers.get('content-type') })
      return answer
    },
  }
}

/** A demo user, signed in. */
export async function callerFor(email: string): Promise<Caller> {
  const client = await signIn(email)
  const { data } = await client.auth.getSession()
  return caller(data.session!.access_token)
}

export async function answerOf(response: Response): Promise<Answer> {
  const text = await response.text()
  return { status: response.status, headers: response.headers, text, json: response.headers.get('content-type')?.includes('json') ? JSON.parse(text) : null }
}

/** The refusal in an answer, short enough for a table: `422 invalid_input name`. */
export function refusalOf({ status, json }: Answer): string {
  return [status, json?.error?.code, json?.error?.field].filter((part) => part !== undefined).join(' ')
}
