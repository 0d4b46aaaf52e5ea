// A receiver in Hono, here on Node. WEBHOOK_SECRET=whsec_… PORT=4000 npx tsx hono_receiver.ts
import { serve } from '@hono/node-server'
import { webhook } from '@tablehook/client/hono'
import { Hono } from 'hono'

const app = new Hono()

app.post('/webhooks', webhook({
  secret: process.env.WEBHOOK_SECRET!,
  onEvent: (event, { attempt }) => console.log(event.event, event.id, attempt),
}))

serve({ fetch: app.fetch, hostname: '127.0.0.1', port: Number(process.env.PORT ?? 4000) }, () => console.log('listening'))
