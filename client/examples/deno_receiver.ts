// A receiver for Deno, Bun, or whatever takes a Request. WEBHOOK_SECRET=whsec_… PORT=4000 deno run --allow-net --allow-env deno_receiver.ts
import { webhookHandler } from '@tablehook/client/fetch'

declare const Deno: { env: { get(name: string): string | undefined }; serve(options: { hostname: string; port: number }, handler: (request: Request) => Promise<Response>): unknown }

Deno.serve({ hostname: '127.0.0.1', port: Number(Deno.env.get('PORT') ?? 4000) }, webhookHandler({
  secret: Deno.env.get('WEBHOOK_SECRET')!,
  onEvent: (event) => console.log(event.event, event.id),
}))
