// Without a helper, in any server: verify() wants the body as it came. WEBHOOK_SECRET=whsec_… PORT=4000 npx tsx plain_verify.ts
import { createServer } from 'node:http'
import { buffer } from 'node:stream/consumers'
import { verify, WebhookVerificationError } from '@tablehook/client'

createServer(async (request, response) => {
  try {
    const event = verify(await buffer(request), request.headers, process.env.WEBHOOK_SECRET!)
    console.log(event.event, event.id)
    response.writeHead(204).end()
  } catch (error) {
    if (!(error instanceof WebhookVerificationError)) throw error
    console.error(error.code, error.message)
    response.writeHead(401).end()
  }
}).listen(Number(process.env.PORT ?? 4000), '127.0.0.1', () => console.log('listening'))
