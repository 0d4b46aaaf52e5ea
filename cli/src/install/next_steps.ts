// What remains to be done after the files were written: nothing here is done by us, because each of it changes a running project.
import { FUNCTIONS } from './collect.ts'
import type { Attachment } from './attachment.ts'
import type { Host } from './host.ts'
import type { Project } from './project.ts'

/** From files to the first webhook. */
export function nextSteps({ ref }: Project, host: Host, attachments: Attachment[]): string {
  const url = `https://${ref ?? '<project ref>'}.supabase.co`
  const event = attachments[0] === undefined ? '*' : `${attachments[0].prefix}.created`
  const key = host.keyType === 'bigint' ? '1' : '"<its id>"'
  return `
Next, for the ${ref === null ? 'hosted project (npx supabase link first)' : `linked project ${ref}`}:

  1. The database:     npx supabase db push
  2. Two secrets:      printf 'TABLEHOOK_SECRET_KEY=v1:%s\\nTABLEHOOK_DISPATCHER_SECRET=%s\\n' $(openssl rand -base64 32) $(openssl rand -hex 32) | tee ../tablehook.env
                       npx supabase secrets set --env-file ../tablehook.env
                       Keep that file where you keep secrets: without its first line all signing secrets are lost.
  3. The functions:    npx supabase functions deploy ${FUNCTIONS.join(' ')}
  4. Wake at commit:   in the SQL editor, with the second secret
       create extension if not exists pg_net; create extension if not exists pg_cron;
       select vault.create_secret('<TABLEHOOK_DISPATCHER_SECRET>', 'tablehook_dispatcher_secret');
       update webhooks.settings set wake_url = '${url}/functions/v1/dispatcher';
       select webhooks.install_schedules();
  5. The first webhook, as one of your users who manages an organization
       await supabase.functions.invoke('webhooks', { body: {
         organization_id: ${key}, name: 'First', url: 'https://example.com/webhooks', events: ['${event}'] } })
     It answers with the webhook and its secret. From then on ${attachments[0] === undefined ? 'every attached table' : `every insert into ${attachments[0].table.name}`} is sent.
${attachments.length === 0 ? '\nNo table is attached yet: npx tablehook attach <table>\n' : ''}`
}
