// Metrics and traces as a real collector gets them, over HTTP and in JSON; and that nothing is loaded when nobody asks.
import { readFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import path from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { answerClass } from '../../functions/io/otel.ts'
import { telemetryWanted } from '../../functions/io/telemetry.ts'
import { freshDatabase, type FreshDatabase } from '../support/database.ts'
import { addContacts, addOrganization, addWebhook, spawnDispatcher, statesOf, until, type DispatcherProcess } from '../support/engine.ts'
import { forgetWebhooks } from '../support/factories.ts'
import { startReceiver, type Receiver } from '../support/receiver.ts'

type Attribute = { key: string; value: Record<string, unknown> }
type Point = { attributes: Attribute[]; asInt?: string | number; asDouble?: number; count?: string | number; sum?: number; bucketCounts?: (string | number)[] }
type Metric = { name: string; unit?: string; sum?: { dataPoints: Point[] }; gauge?: { dataPoints: Point[] }; histogram?: { dataPoints: Point[] } }
type Span = { name: string; spanId: string; parentSpanId?: string; traceId: string; kind: number; startTimeUnixNano: string; endTimeUnixNano: string; attributes: Attribute[]; status: { code?: number } }
type Resource = { attributes: Attribute[] }

const plain = (attributes: Attribute[]) => Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]]))

/** Takes what an OTLP exporter posts as JSON. */
async function startCollector() {
  const bodies: { path: string; text: string }[] = []
  const server: Server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      bodies.push({ path: request.url ?? '', text: Buffer.concat(chunks).toString('utf8') })
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}')
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const of = <Body>(signal: string) => bodies.filter(({ path }) => path === `/v1/${signal}`).map(({ text }) => JSON.parse(text) as Body)
  const metrics = () => of<{ resourceMetrics: { resource: Resource; scopeMetrics: { metrics: Metric[] }[] }[] }>('metrics').flatMap(({ resourceMetrics }) => resourceMetrics)
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    everything: () => bodies.map(({ text }) => text).join('\n'),
    resource: () => plain(metrics()[0]?.resource.attributes ?? []),
    /** The newest points of one metric: counts are cumulative. */
    points: (name: string) => {
      const metric = metrics().flatMap(({ scopeMetrics }) => scopeMetrics.flatMap(({ metrics }) => metrics)).filter((one) => one.name === name).at(-1)
      return (metric?.sum ?? metric?.gauge ?? metric?.histogram)?.dataPoints.map((point) => ({ ...point, labels: plain(point.attributes) })) ?? []
    },
    spans: () => of<{ resourceSpans: { scopeSpans: { spans: Span[] }[] }[] }>('traces').flatMap(({ resourceSpans }) => resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans))),
    close: () => new Promise<void>((resolve) => {
      server.close(() => resolve())
      server.closeAllConnections()
    }),
  }
}

let db: FreshDatabase
let collector: Awaited<ReturnType<typeof startCollector>>
let receiver: Receiver
let dispatcher: DispatcherProcess

beforeAll(async () => {
  db = await freshDatabase()
  await addOrganization(db)
})
afterAll(() => db.drop())

const quick = { OTEL_METRIC_EXPORT_INTERVAL: '300', OTEL_METRIC_EXPORT_TIMEOUT: '300', OTEL_BSP_SCHEDULE_DELAY: '100', OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json' }

describe('a dispatcher that is told of a collector', () => {
  afterEach(async () => {
    await dispatcher.kill()
    await collector.close()
    await receiver.close()
    await forgetWebhooks(db.sql)
  })

  async function start(environment: Record<string, string> = {}): Promise<void> {
    collector = await startCollector()
    receiver = await startReceiver()
    dispatcher = spawnDispatcher(db.dispatcherUrl, { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, ...quick, ...environment })
    await dispatcher.ready
  }

  test('counts attempts by answer and state, measures them, and has one span for each under one for its batch', async () => {
    await start()
    const { secret } = await addWebhook(db, { url: `${receiver.url}?token=hush` })
    receiver.answer(500, 200)
    await addContacts(db, 20)
    const counted = await until('20 attempts', async () => collector.points('tablehook.attempts'), (points) => points.reduce((sum, { asInt, asDouble }) => sum + Number(asInt ?? asDouble), 0) === 20)
    expect(counted.map(({ labels, asInt, asDouble }) => [labels, Number(asInt ?? asDouble)]).sort()).toEqual(
      expect.arrayContaining([[{ answer: '2xx', state: 'succeeded' }, 19], [{ answer: '5xx', state: 'pending' }, 1]]))

    const count = (name: string) => collector.points(name).reduce((sum, point) => sum + Number(point.count), 0)
    expect(count('tablehook.attempt.duration')).toBe(20)
    expect(count('tablehook.first_attempt.delay')).toBe(20)
    expect(collector.points('tablehook.first_attempt.delay')[0]!.sum!).toBeLessThan(20 * 10)
    expect(collector.points('tablehook.claim.size').reduce((sum, point) => sum + Number(point.sum), 0)).toBe(20)
    expect(collector.points('tablehook.record.size').reduce((sum, point) => sum + Number(point.sum), 0)).toBe(20)
    await until('nothing in hand', async () => collector.points('tablehook.in_hand')[0], (point) => Number(point?.asInt ?? point?.asDouble) === 0)
    expect(collector.points('tablehook.queue.oldest_due')).toHaveLength(1)

    const spans = await until('20 spans', async () => collector.spans(), (all) => all.filter(({ name }) => name === 'tablehook.attempt').length === 20)
    const batches = new Map(spans.filter(({ name }) => name === 'tablehook.batch').map((span) => [span.spanId, span]))
    const attempts = spans.filter(({ name }) => name === 'tablehook.attempt')
    for (const attempt of attempts) {
      const batch = batches.get(attempt.parentSpanId!)!
      expect(attempt.traceId).toBe(batch.traceId)
      expect(BigInt(attempt.startTimeUnixNano)).toBeGreaterThanOrEqual(BigInt(batch.startTimeUnixNano))
      expect(BigInt(attempt.endTimeUnixNano)).toBeGreaterThan(BigInt(attempt.startTimeUnixNano))
    }
    const failed = attempts.filter(({ attributes }) => plain(attributes)['http.response.status_code'] === 500)
    expect(failed).toHaveLength(1)
    expect(failed[0]!.status.code).toBe(2)
    expect(new Set(attempts.map(({ attributes }) => plain(attributes)['tablehook.delivery_id'])).size).toBe(20)

    expect(collector.resource()).toMatchObject({ 'service.name': 'tablehook-dispatcher' })
    for (const secretThing of ['hush', secret!, 'first_name', 'tablehook_dispatcher:']) expect(collector.everything()).not.toContain(secretThing)
  })

  test('obeys the standard variables: the name and the sampler', async () => {
    await start({ OTEL_SERVICE_NAME: 'webhooks-eu', OTEL_TRACES_SAMPLER: 'always_off' })
    await addWebhook(db, { url: receiver.url })
    await addContacts(db, 5)
    await until('5 attempts', async () => collector.points('tablehook.attempts')[0], (point) => Number(point?.asInt ?? point?.asDouble) === 5)
    expect(collector.resource()).toMatchObject({ 'service.name': 'webhooks-eu' })
    // What is gathered goes out with the stop: spans would be among it.
    dispatcher.child.kill('SIGTERM')
    await new Promise((resolve) => dispatcher.child.once('exit', resolve))
    expect(collector.spans()).toEqual([])
  })

  test('sends the last of it when it stops', async () => {
    await start({ OTEL_METRIC_EXPORT_INTERVAL: '60000', OTEL_BSP_SCHEDULE_DELAY: '60000' })
    await addWebhook(db, { url: receiver.url })
    await addContacts(db, 3)
    await until('the records', () => statesOf(db), (states) => states.succeeded === 3)
    dispatcher.child.kill('SIGTERM')
    const code = await new Promise((resolve) => dispatcher.child.once('exit', resolve))
    expect(code).toBe(0)
    expect(collector.points('tablehook.attempts').map(({ asInt, asDouble }) => Number(asInt ?? asDouble))).toEqual([3])
    expect(collector.spans().filter(({ name }) => name === 'tablehook.attempt')).toHaveLength(3)
  })

  test('delivers and stops in time when the collector is away', async () => {
    await start({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1' })
    await addWebhook(db, { url: receiver.url })
    await addContacts(db, 50)
    await until('the records', () => statesOf(db), (states) => states.succeeded === 50)
    dispatcher.child.kill('SIGTERM')
    const began = performance.now()
    expect(await new Promise((resolve) => dispatcher.child.once('exit', resolve))).toBe(0)
    expect(performance.now() - began).toBeLessThan(15_000)
  })
})

describe('a dispatcher that is not', () => {
  test.each<[Record<string, string>, boolean]>([
    [{}, false],
    [{ OTEL_SERVICE_NAME: 'x' }, false],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: '' }, false],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4318' }, true],
    [{ OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: 'http://127.0.0.1:4318' }, true],
    [{ OTEL_METRICS_EXPORTER: 'console' }, true],
    [{ OTEL_METRICS_EXPORTER: 'none' }, false],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4318', OTEL_SDK_DISABLED: 'true' }, false],
  ])('%o', (environment, wanted) => expect(telemetryWanted((name) => environment[name])).toBe(wanted))

  test.each(['process.ts', 'index.ts'])('%s loads neither the SDK nor the mail library', (entry) => {
    const loaded = staticImports(path.resolve(import.meta.dirname, '../../functions/dispatcher', entry))
    expect(loaded).toContain('postgres')
    expect(loaded.filter((name) => /opentelemetry|nodemailer|otel/.test(name))).toEqual([])
  })
})

test.each<[Parameters<typeof answerClass>[0], string]>([
  [{ kind: 'no_response', errorCode: 'dns_failed', detail: '', durationMs: 1 }, 'dns_failed'],
  [{ kind: 'response', status: 204, headers: {}, body: '', bodyBytes: 0, bodyTruncated: false, durationMs: 1, errorCode: null }, '2xx'],
  [{ kind: 'response', status: 302, headers: {}, body: '', bodyBytes: 0, bodyTruncated: false, durationMs: 1, errorCode: 'redirect' }, '3xx'],
  [{ kind: 'response', status: 503, headers: {}, body: '', bodyBytes: 0, bodyTruncated: false, durationMs: 1, errorCode: 'http_error' }, '5xx'],
  [{ kind: 'response', status: 200, headers: {}, body: '', bodyBytes: 0, bodyTruncated: false, durationMs: 1, errorCode: 'timeout' }, 'timeout'],
])('the class of an answer: %o', (outcome, expected) => expect(answerClass(outcome)).toBe(expected))

/** The packages and files that loading a file loads with it. */
function staticImports(file: string, seen = new Set<string>()): string[] {
  if (seen.has(file)) return []
  seen.add(file)
  const from = [...readFileSync(file, 'utf8').matchAll(/^(?:import|export)(?! type\b)[^'\n]* from '([^']+)'/gm)].map(([, name]) => name!)
  return from.flatMap((name) => name.startsWith('.') ? [name, ...staticImports(path.resolve(path.dirname(file), name), seen)] : [name])
}
