// A receiver without dependencies. WEBHOOK_SECRET=whsec_… PORT=4000 node receiver.mjs
import { createHmac, timingSafeEqual } from 'node:crypto'
import { createServer } from 'node:http'

const secret = process.env.WEBHOOK_SECRET
if (!secret) throw new Error('Set WEBHOOK_SECRET to the signing secret of the webhook.')
// whsec_ and base64 is a key in that form; any other secret is the key as it stands.
const key = secret.startsWith('whsec_') ? Buffer.from(secret.slice(6), 'base64') : Buffer.from(secret)
const tolerance = 5 * 60
const seen = new Set() // Use your database: a unique index on the id, written in the transaction that does the work.

/** Says what is wrong with a request, or null. `body` is the text exactly as it came. */
function problem(headers, body) {
  const { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signatures } = headers
  if (!id || !timestamp || !signatures) return 'not signed'
  if (!(Math.abs(Date.now() / 1000 - Number(timestamp)) <= tolerance)) return 'too old'
  const expected = Buffer.from(`v1,${createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')}`)
  // One signature per live secret, so that a roll loses nothing: any of them will do.
  const right = signatures.split(' ').map((one) => Buffer.from(one)).some((one) => one.length === expected.length && timingSafeEqual(one, expected))
  return right ? null : 'wrong signature'
}

createServer((request, response) => {
  const chunks = []
  request.on('data', (chunk) => chunks.push(chunk))
  request.on('end', () => {
    const body = Buffer.concat(chunks).toString('utf8')
    const why = problem(request.headers, body)
    if (why !== null) {
      console.log(`refused: ${why}`)
      return response.writeHead(401).end(why)
    }
    const id = request.headers['webhook-id']
    if (seen.has(id)) console.log(`again ${id}`)
    else console.log(`accepted ${request.headers['x-webhook-event']} ${id}`) // Put it on a queue of yours; do the work after the answer.
    seen.add(id)
    response.writeHead(204).end()
  })
}).listen(Number(process.env.PORT ?? 4000), '127.0.0.1', () => console.log('listening'))
