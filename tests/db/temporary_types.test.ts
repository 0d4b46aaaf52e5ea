// Whoever has a connection may make temporary types, and Postgres looks for a type among those first: before pg_catalog, and also with
// an empty search_path. A function that runs as its owner would then run whatever such a type checks.
import type { Sql, TransactionSql } from 'postgres'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { freshDatabase, type FreshDatabase } from '../support/database.ts'
import { addDeliveries, addListener, claim } from '../support/factories.ts'

let db: FreshDatabase
beforeAll(async () => { db = await freshDatabase() })
afterAll(() => db.drop())

const names = ['uuid', 'text', 'jsonb', 'timestamptz', 'date', 'regclass', 'name', 'tid']

class Undo extends Error {}

/** How often the owner of our functions ran a check of somebody else's type, with a type of each name in turn. */
async function timesTricked(sql: Sql, role: string, work: (tx: TransactionSql) => Promise<unknown>): Promise<Record<string, number>> {
  const tricked: Record<string, number> = {}
  for (const name of names) {
    await sql.begin(async (tx) => {
      await tx.unsafe(`
        set local role ${role};
        create temporary sequence as_the_owner;
        grant all on pg_temp.as_the_owner to public;
        create function pg_temp.look() returns pg_catalog.bool language plpgsql as $$
        begin
          -- A sequence forgets nothing when what follows fails.
          if current_user = 'postgres' then perform pg_catalog.nextval('pg_temp.as_the_owner'); end if;
          return true;
        end $$;
        create domain pg_temp."${name}" as pg_catalog."${name}" check (pg_temp.look())`)
      await tx.savepoint((inside) => work(inside)).catch(() => {})
      const [found] = await tx`select case when s.is_called then s.last_value::int4 else 0 end as times from pg_temp.as_the_owner s`
      if (found!.times > 0) tricked[name] = found!.times as number
      throw new Undo()
    }).catch((error: unknown) => { if (!(error instanceof Undo)) throw error })
  }
  return tricked
}

describe('nobody’s temporary type is used by a function that runs as its owner:', () => {
  test('not when a dispatcher calls it', async () => {
    const { organization, webhook } = await addListener(db.sql, { rate_limit: 5 })
    await addDeliveries(db.sql, organization, webhook, 3)
    const calls = {
      claim: (tx: TransactionSql) => claim(tx),
      maintain: (tx: TransactionSql) => tx`select webhooks.maintain()`,
      sweep: (tx: TransactionSql) => tx`select webhooks.sweep()`,
      health: (tx: TransactionSql) => tx`select webhooks.queue_health()`,
    }
    const tricked = Object.fromEntries(await Promise.all(Object.entries(calls).map(async ([name, call]) => [name, await timesTricked(db.dispatcher, 'tablehook_dispatcher', call)])))
    expect(tricked).toEqual({ claim: {}, maintain: {}, sweep: {}, health: {} })
  })

  test('not when somebody writes to an attached table', async () => {
    const { organization } = await addListener(db.sql)
    await db.admin.unsafe('create role app_writer; grant insert, update on public.deals to app_writer; create policy "the app writes" on public.deals to app_writer using (true) with check (true)')
    try {
      expect(await timesTricked(db.admin, 'app_writer', (tx) => tx`insert into public.deals (organization_id, title) values (${organization}, 'Pilot')`)).toEqual({})
    } finally {
      await db.admin.unsafe('drop policy "the app writes" on public.deals; drop owned by app_writer; drop role app_writer')
    }
  })
})
