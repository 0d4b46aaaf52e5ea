import { ApiError } from './api_error.ts'
import { call, type CallOptions, type Connection } from './call.ts'
import type { EventName, TablehookEvent } from './event.ts'
import type { CreateWebhook, Moment, Replay, Replayed, Resent, Secret, TestAnswer, UpdateWebhook, Webhook } from './types.ts'

/** A name that is taken gets a number; after so many, somebody should choose one. */
const MOST_NAMES = 20
const MAX_NAME_LENGTH = 64

/** What can be done with webhooks. All reject with an ApiError. */
export function webhooksOf(connection: Connection, organizationId: string | undefined) {
  const post = <Answer>(path: string, has: keyof Answer & string, body: unknown, options?: CallOptions) => call<Answer>(connection, 'POST', path, { ...options, body, has })
  const at = (id: string, rest = '') => `/${encodeURIComponent(id)}${rest}`

  async function insert(input: CreateWebhook, options?: CallOptions): Promise<Webhook & { secret: string | null }> {
    const organization = input.organization_id ?? organizationId
    const { webhook, secret } = await post<{ webhook: Webhook; secret: string | null }>('', 'webhook', { ...input, ...(organization === undefined ? {} : { organization_id: organization }) }, options)
    return { ...webhook, secret }
  }

  return {
    /** Creates a webhook. Its secret is in the answer, in full. Without a name it gets the host of its URL. */
    async create(input: CreateWebhook, options?: CallOptions): Promise<Webhook & { secret: string | null }> {
      if (input.name !== undefined) return insert(input, options)
      for (let number = 1; ; number++) {
        try {
          return await insert({ ...input, name: nameFor(input.url, number) }, options)
        } catch (error) {
          if (!(error instanceof ApiError && error.code === 'name_taken' && number < MOST_NAMES)) throw error
        }
      }
    },

    /** All webhooks of an organization, by name. */
    async list({ organization_id: organization = organizationId, ...options }: CallOptions & { organization_id?: string } = {}): Promise<Webhook[]> {
      return (await call<{ webhooks: Webhook[] }>(connection, 'GET', '', { ...options, query: { organization_id: organization }, has: 'webhooks' })).webhooks
    },

    async get(id: string, options?: CallOptions): Promise<Webhook> {
      return (await call<{ webhook: Webhook }>(connection, 'GET', at(id), { ...options, has: 'webhook' })).webhook
    },

    /** Changes what is there; what is absent stays. */
    async update(id: string, changes: UpdateWebhook, options?: CallOptions): Promise<Webhook> {
      return (await call<{ webhook: Webhook }>(connection, 'PATCH', at(id), { ...options, body: changes, has: 'webhook' })).webhook
    },

    /** Deletes it. What still waits is cancelled. */
    async delete(id: string, options?: CallOptions): Promise<void> {
      await call<void>(connection, 'DELETE', at(id), options)
    },

    /** Sends a signed request now, and gives the answer. `data`: the sample of the catalog unless given. Never retried, never counted. */
    test<Name extends EventName>(id: string, { event_type, data, ...options }: CallOptions & { event_type?: Name | (string & {}); data?: TablehookEvent<Name>['data'] | Record<string, unknown> } = {}): Promise<TestAnswer> {
      return post(at(id, '/test'), 'ok', { event_type, data }, options)
    },

    /** The signing secret. Written to the audit log. */
    secret(id: string, options?: CallOptions): Promise<Secret> {
      return call(connection, 'GET', at(id, '/secret'), { ...options, has: 'secret' })
    },

    /** Replaces the signing secret. For `expire_old_in` seconds (a day unless set) requests are signed with both. */
    rollSecret(id: string, { expire_old_in, secret, ...options }: CallOptions & { expire_old_in?: number; secret?: string } = {}): Promise<Secret> {
      return post(at(id, '/secret/roll'), 'secret', { expire_old_in, secret }, options)
    },

    /** Ends the overlap of a roll now. */
    async endOldSecret(id: string, options?: CallOptions): Promise<void> {
      await call<void>(connection, 'DELETE', at(id, '/secret/old'), options)
    },

    /** Starts a new round for chosen deliveries, 1,000 at most. Delivered ones only with `include_delivered`. */
    resend(id: string, { delivery_ids, include_delivered, ...options }: CallOptions & { delivery_ids: readonly string[]; include_delivered?: boolean }): Promise<Resent> {
      return post(at(id, '/resend'), 'queued', { delivery_ids, include_delivered }, options)
    },

    /** Sends all deliveries of a time span again. With `dry_run` it only counts. */
    replay(id: string, { from, to, states, event_types, dry_run, ...options }: CallOptions & Replay & { dry_run?: boolean }): Promise<Replayed> {
      return post(at(id, '/replay'), 'total', { from: text(from), to: text(to), states, event_types, dry_run }, options)
    },

    /** Whether a URL may be used, before anything is saved. */
    checkUrl(url: string, options?: CallOptions): Promise<{ ok: boolean; code?: string; message?: string }> {
      return post('/check-url', 'ok', { url }, options)
    },
  }
}

function nameFor(url: string, number: number): string {
  const suffix = number === 1 ? '' : ` ${number}`
  return hostOf(url).slice(0, MAX_NAME_LENGTH - suffix.length) + suffix
}

/** What is no URL is told by the API, which says it better. */
function hostOf(url: string): string {
  try {
    return new URL(url).host || 'webhook'
  } catch {
    return 'webhook'
  }
}

function text(moment: Moment | undefined): string | undefined {
  return moment instanceof Date ? moment.toISOString() : moment
}

