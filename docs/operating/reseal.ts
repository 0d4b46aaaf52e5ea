// Seals every secret and every set of header values with the newest key. Safe to repeat, and while dispatchers run.
// SUPABASE_DB_URL=… TABLEHOOK_SECRET_KEY=v2:…,v1:… npx tsx docs/operating/reseal.ts
import { randomBytes } from 'node:crypto'
import process from 'node:process'
import { needsResealing, open, seal } from '../../functions/core/seal.ts'
import { connect } from '../../functions/io/database.ts'
import { readEnvironment } from '../../functions/io/environment.ts'

const { databaseUrl, keyring } = readEnvironment((name) => process.env[name])
const sql = connect(databaseUrl, { max: 1, name: 'tablehook reseal' })
let resealed = 0
for (const table of ['secrets', 'custom_headers']) {
  for (const { webhook_id, sealed } of await sql<{ webhook_id: string; sealed: string }[]>`select webhook_id, sealed from webhooks.${sql(table)}`) {
    if (!needsResealing(keyring, sealed)) continue
    const anew = seal(keyring, open(keyring, sealed, webhook_id), webhook_id, randomBytes(12))
    // Only if nobody changed it meanwhile: what was changed is sealed with the newest key already.
    resealed += (await sql`update webhooks.${sql(table)} set sealed = ${anew} where webhook_id = ${webhook_id} and sealed = ${sealed}`).count
  }
}
await sql.end()
console.log(`${resealed} values sealed anew. TABLEHOOK_SECRET_KEY needs only its first key now.`)
