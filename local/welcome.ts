import path from 'node:path'
import { acme, demoPassword, demoUsers } from './demo_users.ts'
import type { Settings } from './settings.ts'
import type { SystemStatus } from './state.ts'

/** The last thing `npm start` prints: where everything is, who may sign in, and a first thing to try. */
export function welcome(status: SystemStatus, settings: Settings): string {
  return `
  Tablehook is running.

  Web app    ${status.WEB_URL}
  API        ${status.API_URL}
  Logs       ${path.join(settings.data, 'logs')}

  Sign in with password "${demoPassword}" as one of
    ${demoUsers.slice(0, 3).map(({ email }) => email).join('   ')}
    ${demoUsers.slice(3).map(({ email }) => email).join('   ')}

  Try it: sign in as a member, and insert a contact.

    TOKEN=$(curl -s '${status.API_URL}/auth/v1/token?grant_type=password' \\
      -H 'apikey: ${status.PUBLISHABLE_KEY}' -H 'Content-Type: application/json' \\
      -d '{"email":"member@acme.test","password":"${demoPassword}"}' | sed 's/.*"access_token":"\\([^"]*\\)".*/\\1/')
    curl -i '${status.API_URL}/rest/v1/contacts' \\
      -H 'apikey: ${status.PUBLISHABLE_KEY}' -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json' \\
      -d '{"organization_id":"${acme}","first_name":"Ada","email":"ada@example.com"}'

  Then look at the deliveries in the web app, signed in as owner@acme.test.

  ${privateAddresses(settings)}
  Ctrl-C stops everything; the data stays in ${settings.data}.
`
}

function privateAddresses({ allowPrivate, allowPrivateWasChosen }: Settings): string {
  if (!allowPrivate.trim()) return 'Private addresses: deliveries reach none (TABLEHOOK_ALLOW_PRIVATE is empty).'
  const why = allowPrivateWasChosen ? 'TABLEHOOK_ALLOW_PRIVATE' : 'because TABLEHOOK_ALLOW_PRIVATE is not set; set it to nothing to allow none'
  return `Private addresses: deliveries may reach ${allowPrivate}, over plain http too (${why}).`
}
