// Lists what failed in the last day, and sends it again. TABLEHOOK_URL=… TABLEHOOK_API_KEY=thk_… npx tsx failed_deliveries.ts
import { createClient } from '@tablehook/client'

const client = createClient({ url: process.env.TABLEHOOK_URL!, apiKey: process.env.TABLEHOOK_API_KEY! })
const yesterday = new Date(Date.now() - 24 * 3_600_000)

for (const webhook of await client.webhooks.list()) {
  const failed: string[] = []
  // Fetched page by page, as the loop goes on.
  for await (const delivery of client.deliveries.list({ webhook_id: webhook.id, state: 'failed', from: yesterday })) {
    console.log(webhook.name, delivery.event_type, delivery.last_status_code ?? delivery.last_error_code)
    failed.push(delivery.id)
  }
  if (failed.length > 0 && webhook.is_active) {
    const { queued } = await client.webhooks.resend(webhook.id, { delivery_ids: failed.slice(0, 1_000) })
    console.log('sent again', queued)
  }
}
console.log('done')
