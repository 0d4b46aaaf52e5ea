// The two ways to the server. Everything that comes back is parsed: a screen never meets a shape it does not know.
import type * as z from 'zod/mini'
import { ApiError, refusal, toApiError } from './errors.ts'
import { fetchInTime } from './fetch_in_time.ts'
import { config, forVisitor, supabase } from './supabase.ts'

/** A test waits for its receiver, which may take 30 seconds. */
const ASKED_FOR_MS = 45_000

type DatabaseRequest = { retry: (enabled: boolean) => PromiseLike<{ data: unknown; error: unknown; status: number }> }

/**
 * Awaits a PostgREST request and parses its data. Throws an `ApiError`. Not tried again in here: the client would for 7 seconds, and the
 * queries do so by themselves.
 */
export function read<Schema extends z.ZodMiniType>(schema: Schema, request: DatabaseRequest): Promise<z.output<Schema>> {
  return forVisitor(answered(schema, request))
}

async function answered<Schema extends z.ZodMiniType>(schema: Schema, request: DatabaseRequest): Promise<z.output<Schema>> {
  const { data, error, status } = await request.retry(false)
  if (error !== null) throw toApiError(error, status)
  return parsed(schema, data)
}

type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE'

/** Calls one of our SQL functions as the signed-in user. */
export function call<Schema extends z.ZodMiniType>(schema: Schema, name: string, args: Record<string, unknown>): Promise<z.output<Schema>> {
  return read(schema, supabase().rest.rpc(name, args))
}

/** Asks the `webhooks` function: what needs secrets or the network. `path` begins after `/webhooks`. */
export function ask<Schema extends z.ZodMiniType>(schema: Schema, method: Method, path: string, body?: unknown, signal?: AbortSignal): Promise<z.output<Schema>> {
  return forVisitor(askFunction(schema, method, path, body, signal))
}

async function askFunction<Schema extends z.ZodMiniType>(
  schema: Schema, method: Method, path: string, body: unknown, signal: AbortSignal | undefined,
): Promise<z.output<Schema>> {
  const { data } = await supabase().auth.getSession()
  if (data.session === null) throw refusal('signed_out', { status: 401 })
  let response: Response, text: string
  try {
    response = await fetchInTime(`${config().apiUrl}/functions/v1/webhooks${path}`, {
      method,
      headers: {
        Authorization: `Bearer ${data.session.access_token}`,
        apikey: config().publishableKey,
        ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
      },
      body: body === undefined ? null : JSON.stringify(body),
      signal: signal ?? null,
    }, ASKED_FOR_MS)
    text = await response.text()
  } catch (error) {
    if (signal?.aborted) throw error
    throw toApiError(error)
  }
  const answer = json(text)
  if (!response.ok) throw refused(answer, response.status)
  return parsed(schema, answer)
}

function refused(answer: unknown, status: number): ApiError {
  const error = (answer as { error?: { code?: unknown; message?: unknown; field?: unknown } } | null)?.error
  if (typeof error?.code !== 'string' || typeof error.message !== 'string') return toApiError(null, status)
  return new ApiError(error.code, error.message, { status, field: typeof error.field === 'string' ? error.field : undefined })
}

function json(text: string): unknown {
  try {
    return text === '' ? null : JSON.parse(text)
  } catch {
    return null
  }
}

function parsed<Schema extends z.ZodMiniType>(schema: Schema, data: unknown): z.output<Schema> {
  const result = schema.safeParse(data)
  if (!result.success) throw refusal('unexpected', { cause: result.error })
  return result.data
}
