// E-mail about webhooks that fail, through a real mail server: who gets it, what it says, and what happens when it does not go out.
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { mailAlerts, mailBatch } from '../../functions/dispatcher/alerts.ts'
import { answerService } from '../../functions/dispatcher/service.ts'
import { parseAllowList } from '../../functions/core/address.ts'
import { parseKeyring } from '../../functions/core/seal.ts'
import type { LogLine } from '../../functions/io/log.ts'
import { openMailer, type Mailer } from '../../functions/io/mailer.ts'
import { createSender } from '../../functions/io/send.ts'
import { openStore, type Store } from '../../functions/io/store.ts'
import { freshDatabase, type FreshDatabase } from '../support/database.ts'
import { addContacts, addOrganization, addWebhook, SECRET_KEY, spawnDispatcher, until, type DispatcherProcess } from '../support/engine.ts'
import { readable, startMailServer, type MailServer } from '../support/mail_server.ts'
import { startReceiver, type Receiver } from '../support/receiver.ts'
import { demoUsers } from '../../local/demo_users.ts'

const FROM = 'Tablehook <alerts@tablehook.test>'
const WEB_URL = 'https://app.test'

let db: FreshDatabase
let store: Store
let mailServer: MailServer
let mailer: Mailer
let receiver: Receiver | undefined
let dispatcher: DispatcherProcess | undefined
let lines: LogLine[]

beforeAll(async () => {
  db = await freshDatabase()
  await addOrganization(db)
  await addOrganization(db, '00000000-0000-4000-8000-000000610be8')
  for (const { id, organization_id, role } of demoUsers) {
    await db.sql`insert into public.organization_members (organization_id, user_id, role) values (${organization_id}, ${id}, ${role})`
  }
  store = await openStore(db.dispatcherUrl)
})
afterAll(async () => {
  await store.close()
  await db.drop()
})
beforeEach(async () => {
  lines = []
  mailServer = await startMailServer()
  mailer = await openMailer({ smtpUrl: mailServer.url, from: FROM })
})
afterEach(async () => {
  await dispatcher?.kill()
  dispatcher = undefined
  mailer.close()
  await mailServer.close()
  await receiver?.close()
  await db.sql`delete from public.webhook_configurations`
  await db.sql`truncate webhooks.deliveries, webhooks.events, public.webhook_logs, webhooks.hourly_counts, webhooks.alerts`
})

const parts = () => ({ store, mailer, webUrl: WEB_URL, log: (line: LogLine) => void lines.push(line) })
const alerts = () => db.sql`select kind, state, attempts, last_error, due_at > clock_timestamp() as later from webhooks.alerts order by id`
/** What the gathering, the pause and the schedule wait for; the test does not. */
const makeDue = () => db.sql`update webhooks.alerts set due_at = clock_timestamp() where state = 'pending'`
const forgetPause = () => db.sql`update webhooks.alerts set finished_at = finished_at - interval '10 minutes' where state = 'sent'`

/** Judges a webhook as the record does. */
async function judge(id: string, states: string[], gone = false): Promise<void> {
  await db.sql`select webhooks.judge_health(array_fill(${id}::uuid, array[${states.length}]::int[]), ${states}, array_fill((select w.revision from public.webhook_configurations w where w.id = ${id} and ${gone}), array[${states.length}]::int[]), clock_timestamp())`
}
const failThrice = (id: string) => judge(id, ['pending', 'pending', 'pending'])

test('a webhook that fails: owners and admins of its organization are told why, since when and what to do; nobody else is', async () => {
  receiver = await startReceiver({ answer: 503 })
  const { id } = await addWebhook(db, { url: `${receiver.url}?token=hush`, name: 'CRM sync' })
  dispatcher = spawnDispatcher(db.dispatcherUrl, { TABLEHOOK_SMTP_URL: mailServer.url, TABLEHOOK_ALERT_FROM: FROM, TABLEHOOK_WEB_URL: `${WEB_URL}/` })
  await addContacts(db, 3)
  await until('the alert', alerts, (rows) => rows.length === 1)
  await makeDue()
  await until('the mail', async () => mailServer.mails.length, (count) => count === 1)

  const mail = mailServer.mails[0]!
  expect(mail.from).toBe('alerts@tablehook.test')
  expect(mail.to.sort()).toEqual(['admin@acme.test', 'owner@acme.test'])
  expect(readable(mail.headers.subject!)).toBe('Webhook “CRM sync” is failing')
  expect(mail.headers['auto-submitted']).toBe('auto-generated')
  for (const body of [mail.text, mail.html]) {
    expect(body).toContain('127.0.0.1')
    expect(body).toContain('had an error (503)')
    expect(body).toMatch(/Since: \d+ \w+ \d{4}, \d\d:\d\d UTC, 3 attempts in a row without a success\./)
    expect(body).toContain('What to do:')
    expect(body).toContain(`${WEB_URL}/settings/webhooks/${id}`)
    expect(body).not.toContain('hush')
  }
  await until('the record', alerts, (rows) => rows[0]!.state === 'sent')
  const output = await until('the log line', async () => dispatcher!.output(), (text) => text.includes('alert.mailed'))
  expect(output).not.toMatch(/@acme\.test|hush/)
  expect(output).not.toContain('fault')
})

test('a webhook that is turned off because of 410 is told as that, and only once', async () => {
  receiver = await startReceiver({ answer: 410 })
  await addWebhook(db, { url: receiver.url, name: 'Gone' })
  dispatcher = spawnDispatcher(db.dispatcherUrl, { TABLEHOOK_SMTP_URL: mailServer.url, TABLEHOOK_ALERT_FROM: FROM })
  await addContacts(db, 5)
  await until('the alert', alerts, (rows) => rows.some((row) => row.kind === 'disabled'))
  await makeDue()
  await until('the mail', async () => mailServer.mails.length, (count) => count > 0)
  const mail = mailServer.mails[0]!
  expect(readable(mail.headers.subject!)).toBe('Webhook “Gone” was turned off')
  expect(mail.text).toContain('gone (410)')
  expect(mail.text).not.toContain('http') // no address of a settings page is known
  await until('the record', alerts, (rows) => rows.filter((row) => row.state === 'sent').length === 1)
  expect(mailServer.mails).toHaveLength(1)
})

test('a name with line breaks and markup starts no header and no element', async () => {
  const { id } = await addWebhook(db, { url: 'https://example.com/a', name: 'Evil\r\nBcc: eve@evil.test\r\n\r\n<img src=x>' })
  await failThrice(id)
  await makeDue()
  await mailAlerts(parts(), () => false)
  const mail = mailServer.mails[0]!
  expect(mail.to.sort()).toEqual(['admin@acme.test', 'owner@acme.test'])
  expect(mail.headers.bcc).toBeUndefined()
  expect(readable(mail.headers.subject!)).toBe('Webhook “Evil Bcc: eve@evil.test <img src=x>” is failing')
  expect(mail.html).not.toContain('<img')
  expect(mail.html).toContain('&#60;img src=x&#62;')
})

test('a mail server that is down: tried again by schedule, and sent once when it is back', async () => {
  const { id } = await addWebhook(db, { url: 'https://example.com/a' })
  await failThrice(id)
  await makeDue()
  const port = Number(new URL(mailServer.url).port)
  await mailServer.close()
  await mailAlerts(parts(), () => false)
  expect(await alerts()).toMatchObject([{ state: 'pending', attempts: 1, later: true }])
  expect(lines).toMatchObject([{ event: 'alert.mailed', state: 'pending', attempt: 1, retry_in_s: 60 }])
  expect((await alerts())[0]!.last_error).toContain('ECONNREFUSED')

  mailServer = await startMailServer(port)
  await mailAlerts(parts(), () => false)
  expect(mailServer.mails).toHaveLength(0) // its time has not come
  await makeDue()
  await mailAlerts(parts(), () => false)
  expect(mailServer.mails).toHaveLength(1)
  expect(await alerts()).toMatchObject([{ state: 'sent', attempts: 2 }])
})

test('addresses that are refused for good are not tried again; one refused among others does not hold them up', async () => {
  const { id } = await addWebhook(db, { url: 'https://example.com/a' })
  mailServer.refuse(550)
  await failThrice(id)
  await makeDue()
  await mailAlerts(parts(), () => false)
  expect(await alerts()).toMatchObject([{ state: 'failed', attempts: 1 }])
  expect(JSON.stringify(lines)).not.toContain('acme.test')

  mailServer.refuse(550, ['owner@acme.test'])
  const second = await addWebhook(db, { url: 'https://example.com/b' })
  await failThrice(second.id)
  await makeDue()
  await mailAlerts(parts(), () => false)
  expect(mailServer.mails.map((mail) => mail.to)).toEqual([['admin@acme.test']])

  mailServer.refuse(450) // not now
  const third = await addWebhook(db, { url: 'https://example.com/c' })
  await failThrice(third.id)
  await forgetPause()
  await makeDue()
  await mailAlerts(parts(), () => false)
  expect((await alerts()).map((row) => row.state)).toEqual(['failed', 'sent', 'pending'])
})

test('within ten minutes of a message an organization gets no other; then one with all that came', async () => {
  const hooks = await Promise.all(['a', 'b', 'c', 'd'].map((name) => addWebhook(db, { url: `https://example.com/${name}`, name })))
  await failThrice(hooks[0]!.id)
  await makeDue()
  await mailAlerts(parts(), () => false)
  expect(mailServer.mails).toHaveLength(1)

  await failThrice(hooks[1]!.id)
  await failThrice(hooks[2]!.id)
  await judge(hooks[3]!.id, ['failed'], true)
  await judge(hooks[0]!.id, ['succeeded'])
  await makeDue()
  await mailAlerts(parts(), () => false)
  expect(mailServer.mails).toHaveLength(1)

  await forgetPause()
  await makeDue()
  await mailAlerts(parts(), () => false)
  expect(mailServer.mails).toHaveLength(2)
  const mail = mailServer.mails[1]!
  expect(readable(mail.headers.subject!)).toBe('Webhooks: 1 turned off, 2 failing, 1 working again')
  for (const name of ['a', 'b', 'c', 'd']) expect(mail.text).toContain(`“${name}”`)
})

test('a message whose sender died is sent again under the same id', async () => {
  const { id } = await addWebhook(db, { url: 'https://example.com/a' })
  await failThrice(id)
  await makeDue()
  await mailBatch({ ...parts(), store: { ...store, recordAlerts: async () => { throw new Error('killed') } } }).catch(() => {})
  expect(await alerts()).toMatchObject([{ state: 'sending' }])
  await db.sql`update webhooks.alerts set due_at = clock_timestamp()`
  await mailAlerts(parts(), () => false)
  expect(mailServer.mails).toHaveLength(2)
  expect(new Set(mailServer.mails.map((mail) => mail.headers['message-id'])).size).toBe(1)
  expect(await alerts()).toMatchObject([{ state: 'sent', attempts: 1 }])
})

test('an organization without an owner or admin: nothing is sent, and the row says why', async () => {
  const lonely = '00000000-0000-4000-8000-0000000010e1'
  await addOrganization(db, lonely)
  const { id } = await addWebhook(db, { url: 'https://example.com/a', organization_id: lonely })
  await failThrice(id)
  await makeDue()
  await mailAlerts(parts(), () => false)
  expect(await alerts()).toMatchObject([{ state: 'skipped', attempts: 0 }])
  expect(mailServer.mails).toHaveLength(0)
})

test('the edge function mails what is due after its drain, and without a mail server it leaves it', async () => {
  const { id } = await addWebhook(db, { url: 'https://example.com/a' })
  await failThrice(id)
  await makeDue()
  const service = (mail: Parameters<typeof answerService>[1]['mail']) => answerService(
    new Request('http://localhost/dispatcher', { method: 'POST', headers: { authorization: 'Bearer the-secret' } }),
    {
      secrets: ['the-secret'], mail, maxAgeSeconds: 300, readQueue: () => Promise.reject(new Error('not asked')),
      parts: async () => ({
        store: await openStore(db.url), sender: createSender({ allow: parseAllowList('') }), keyring: parseKeyring(SECRET_KEY), log: (line) => lines.push(line),
        now: () => new Date(), ticks: () => performance.now(), random: () => 0.5, dispatcherId: '00000000-0000-4000-8000-0000000000d1',
      }),
    },
  )
  expect((await service(null)).status).toBe(200)
  expect(await alerts()).toMatchObject([{ state: 'pending' }])

  const answer = await service(async () => ({ mailer: await openMailer({ smtpUrl: mailServer.url, from: FROM }), webUrl: WEB_URL }))
  expect(await answer.json()).toEqual({ claimed: 0, succeeded: 0, retried: 0, failed: 0 })
  expect(mailServer.mails).toHaveLength(1)

  // A mail server that cannot be opened is no reason to fail the drain.
  expect((await service(() => Promise.reject(new Error('no library')))).status).toBe(200)
  expect(lines).toContainEqual(expect.objectContaining({ event: 'mail.fault', fault: 'no library' }))
})

test('a dispatcher without a mail server delivers, and touches no alert', async () => {
  receiver = await startReceiver({ answer: 500 })
  await addWebhook(db, { url: receiver.url })
  dispatcher = spawnDispatcher(db.dispatcherUrl)
  await addContacts(db, 3)
  await until('the alert', alerts, (rows) => rows.length === 1)
  await makeDue()
  const witness = await startReceiver()
  await addWebhook(db, { url: witness.url })
  await addContacts(db, 1)
  await witness.waitForCount(1)
  expect(await alerts()).toMatchObject([{ state: 'pending', attempts: 0 }])
  await witness.close()
})

test.each([
  [{ TABLEHOOK_SMTP_URL: 'mail.example.com' }, 'TABLEHOOK_SMTP_URL is not an address'],
  [{ TABLEHOOK_SMTP_URL: 'smtp://127.0.0.1:1' }, 'TABLEHOOK_ALERT_FROM is not set'],
  [{ TABLEHOOK_SMTP_URL: 'smtp://127.0.0.1:1', TABLEHOOK_ALERT_FROM: 'nobody' }, 'TABLEHOOK_ALERT_FROM is not a mail address'],
  [{ TABLEHOOK_SMTP_URL: 'smtp://127.0.0.1:1', TABLEHOOK_ALERT_FROM: FROM, TABLEHOOK_WEB_URL: 'javascript:alert(1)' }, 'TABLEHOOK_WEB_URL is not the address'],
] as [Record<string, string>, string][])('settings that cannot be meant end the start: %o', async (environment, sentence) => {
  dispatcher = spawnDispatcher(db.dispatcherUrl, environment)
  await expect(dispatcher.ready).rejects.toThrow(sentence)
})

test('a message that cannot be written is given up, and those beside it are sent once', async () => {
  const broken = { ...store, claimAlerts: async (most: number) => (await store.claimAlerts(most)).map((digest, nth) => (nth > 0 ? digest : { ...digest, alerts: digest.alerts.map((alert) => ({ ...alert, failingSince: 'never' })) })) }
  for (const organization_id of ['00000000-0000-4000-8000-00000000ac3e', '00000000-0000-4000-8000-000000610be8']) {
    await failThrice((await addWebhook(db, { url: 'https://receiver.test', organization_id })).id)
  }
  await makeDue()
  await mailAlerts({ ...parts(), store: broken }, () => false)
  expect(mailServer.mails).toHaveLength(1)
  expect(await alerts()).toEqual([
    expect.objectContaining({ state: 'failed', last_error: 'The message could not be written: Invalid time value' }), expect.objectContaining({ state: 'sent' }),
  ])
})
