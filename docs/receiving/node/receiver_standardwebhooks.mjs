// The same with the library of the specification: npm i standardwebhooks. WEBHOOK_SECRET=whsec_… PORT=4000 node receiver_standardwebhooks.mjs
import { createServer } from 'node:http'
import { Webhook, WebhookVerificationError } from 'standardwebhooks'

const secret = process.env.WEBHOOK_SECRET
if (!secret) throw new Error('Set WEBHOOK_SECRET to the signing secret of the webhook.')
const webhook = secret.startsWith('whsec_') ? new Webhook(secret) : new Webhook(secret, { format: 'raw' })
const seen = new Set() // Use your database: a unique index on the id, written in the transaction that does the work.

createServer((request, response) => {
  const chunks = []
  request.on('data', (chunk) => chunks.push(chunk))
  request.on('end', () => {
    try {
      const event = webhook.verify(Buffer.concat(chunks).toString('utf8'), request.headers)
      const id = request.headers['webhook-id']
      console.log(seen.has(id) ? `again ${id}` : `accepted ${event.event ?? event.type} ${id}`)
      seen.add(id)
      response.writeHead(204).end()
    } catch (error) {
      if (!(error instanceof WebhookVerificationError)) throw error
      console.log(`refused: ${error.message}`)
      response.writeHead(401).end(error.message)
    }
  })
}).listen(Number(process.env.PORT ?? 4000), '127.0.0.1', () => console.log('listening'))
