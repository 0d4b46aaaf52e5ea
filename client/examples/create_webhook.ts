// Creates a webhook, tests it and deletes it. TABLEHOOK_URL=… TABLEHOOK_API_KEY=thk_… npx tsx create_webhook.ts https://your-app.com/webhook
import { ApiError, createClient } from '@tablehook/client'

const client = createClient({ url: process.env.TABLEHOOK_URL!, apiKey: process.env.TABLEHOOK_API_KEY! })

try {
  const webhook = await client.webhooks.create({
    url: process.argv[2] ?? 'https://your-app.com/webhook',
    events: [
      'message.received',
      'message.sent',
      'contact.created',
      'contact.updated',
    ],
  })
  console.log('created', webhook.name, 'with the secret', webhook.secret)

  const test = await client.webhooks.test(webhook.id, { event_type: 'contact.created' })
  console.log('test', test.ok, test.status_code ?? test.error_code)

  await client.webhooks.delete(webhook.id)
  console.log('deleted')
} catch (error) {
  if (!(error instanceof ApiError)) throw error
  console.error(error.code, error.field, error.message)
  process.exitCode = 1
}
