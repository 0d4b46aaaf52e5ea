// app/webhooks/route.ts of a Next.js app.
import { webhookRoute } from '@tablehook/client/next'

export const POST = webhookRoute({
  // A function: read when a request comes, not when the app is built.
  secret: () => process.env.WEBHOOK_SECRET!,
  onEvent: (event) => console.log(event.event, event.id),
})
