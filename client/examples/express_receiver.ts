// A receiver in Express. WEBHOOK_SECRET=whsec_… PORT=4000 npx tsx express_receiver.ts
import express from 'express'
import { webhook } from '@tablehook/client/express'

const app = express()

// Before express.json(): what is signed is the body as it came.
app.post('/webhooks', webhook({
  secret: process.env.WEBHOOK_SECRET!,
  onEvent(event) {
    switch (event.event) {
      case 'contact.created':
        return console.log('contact', event.data.first_name, event.data.email)
      case 'deal.stage.changed':
        return console.log('deal', event.data.title, event.previous?.stage, '→', event.data.stage)
      default:
        console.log('other', event.event)
    }
  },
}))
app.use(express.json())

app.listen(Number(process.env.PORT ?? 4000), '127.0.0.1', () => console.log('listening'))
