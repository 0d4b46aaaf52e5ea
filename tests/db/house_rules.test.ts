// The house rules of the database, asked of its catalog. A rule is a query that lists the objects that break it.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { PG } from '../../functions/io/arrays.ts'
import { freshDatabase, type FreshDatabase } from '../support/database.ts'

let db: FreshDatabase
beforeAll(async () => { db = await freshDatabase() })
afterAll(() => db.drop())

/** What dispatchers call, and all that they may call. */
const engine = [
  'claim_alerts', 'claim_deliveries', 'due_webhooks', 'fall_asleep', 'maintain', 'queue_health', 'read_large_events', 'read_shapes', 'record_keys', 'read_webhooks', 'record_alerts', 'record_attempts',
  'release_deliveries', 'stay_awake', 'sweep',
]
/** Named like secrets, and none: the last four characters of one. */
const notSecret = ['public.webhook_configurations.secret_hint']

const relations = `
  select c.*, n.nspname || '.' || c.relname as name
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where n.nspname in ('app', 'public', 'webhooks') and c.relkind in ('r', 'p', 'v', 'm', 'f', 'S')`
const functions = `
  select p.*, n.nspname, p.oid::regprocedure::text as name
  from pg_proc p join pg_namespace n on n.oid = p.pronamespace
  where n.nspname in ('app', 'public', 'webhooks')`

const rules: Record<string, string> = {
  'every table and partition has row-level security':
    `select name from (${relations}) c where relkind in ('r', 'p') and not relrowsecurity`,
  'every table and view has a comment':
    `select name from (${relations}) c where relkind <> 'S' and obj_description(oid, 'pg_class') is null`,
  'every function has a comment':
    `select name from (${functions}) p where obj_description(oid, 'pg_proc') is null`,
  // But for name[] (1003): tables are attached by hand.
  'every array in a table, or in or out of a function, is of a type that our connections know (functions/io/arrays.ts)':
    `select c.name || '.' || a.attname as name from (${relations}) c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
     join pg_type t on t.oid = a.atttypid and t.typcategory = 'A' where t.oid <> all ('{1003, ${Object.values(PG).join(', ')}}')
     union all select p.name || ': ' || t.oid::regtype as name from (${functions}) p
     cross join unnest(coalesce(p.proallargtypes, p.proargtypes::oid[]) || p.prorettype) a(type) join pg_type t on t.oid = a.type and t.typcategory = 'A'
     where t.oid <> all ('{1003, ${Object.values(PG).join(', ')}}')`,
  // pg_upgrade refuses a database with a column that holds the oid of something else than a relation, a role or a type, so that no
  // project could go to the next version of Postgres. The same list as in its check.c.
  'no column is of a type that pg_upgrade refuses':
    `select n.nspname || '.' || c.relname || '.' || a.attname as name
     from pg_class c join pg_namespace n on n.oid = c.relnamespace join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
     join pg_type t on t.oid = a.atttypid
     where n.nspname in ('app', 'public', 'webhooks') and c.relkind in ('r', 'p', 'm', 'i')
       and coalesce(nullif(t.typelem, 0), t.oid) = any ('{regcollation, regconfig, regdictionary, regnamespace, regoper, regoperator, regproc, regprocedure}'::regtype[]::oid[])`,
  'every schema has a comment':
    `select nspname as name from pg_namespace where nspname in ('app', 'webhooks') and obj_description(oid, 'pg_namespace') is null`,
  'every check constraint is named as a sentence':
    `select c.name || ': ' || k.conname as name from (${relations}) c join pg_constraint k on k.conrelid = c.oid
     where k.contype = 'c' and (k.conname like '%\\_check%' or k.conname !~ '^[a-z0-9]+(_[a-z0-9]+){2,}$')`,
  // With pg_temp named, and last: where it is not named, Postgres looks for types there first. See temporary_types.test.ts.
  'every function pins its search_path, with what is temporary last, unless its body was bound when it was created':
    `select name from (${functions}) p where prosqlbody is null and not coalesce(proconfig, '{}') @> '{"search_path=pg_catalog, pg_temp"}'`,
  // Up to Postgres 17 a plan that cannot do without what is off counts as immensely expensive, so where Postgres can compile plans it
  // compiles this one, each time: 0.8 s for an update of two rows.
  'every function that turns a way to plan off turns compilation off, too':
    `select name from (${functions}) p where exists (select from unnest(proconfig) c where c like 'enable\\_%=off') and not proconfig @> '{jit=off}'`,
  'every function belongs to postgres, so none runs as a superuser':
    `select name from (${functions}) p where proowner <> 'postgres'::regrole`,
  'nothing is executable by everyone':
    `select name from (${functions}) p where exists (select from aclexplode(coalesce(proacl, acldefault('f', proowner))) a where a.grantee = 0)`,
  'anon may execute nothing':
    `select name from (${functions}) p where has_function_privilege('anon', oid, 'execute')`,
  'anon has no privilege on any table, view, column or sequence':
    `select name from (${relations}) c
     where (relkind <> 'S' and (has_table_privilege('anon', oid, 'select, insert, update, delete, truncate, references, trigger')
                                or has_any_column_privilege('anon', oid, 'select, insert, update, references')))
        or (relkind = 'S' and has_sequence_privilege('anon', oid, 'usage, select, update'))`,
  'anon has no usage on app, and no API user on webhooks':
    `select r || ' on ' || s as name from (values ('anon', 'app'), ('anon', 'webhooks'), ('authenticated', 'webhooks')) v (r, s)
     where has_schema_privilege(r, s, 'usage')`,
  'every view runs as its caller':
    `select name from (${relations}) c where relkind in ('v', 'm') and not coalesce(reloptions, '{}') @> '{security_invoker=true}'`,
  'no role of the API or the dispatcher reads a secret':
    `select r || ' reads ' || c.name || '.' || a.attname as name
     from (${relations}) c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
     cross join unnest('{anon, authenticated, service_role, tablehook_dispatcher}'::text[]) r
     where relkind <> 'S' and a.attname ~ '(secret|sealed|token|password)' and c.name || '.' || a.attname <> all ('{${notSecret.join(', ')}}')
       and has_column_privilege(r, c.oid, a.attnum, 'select')`,
  'no API user may truncate, refer to or put triggers on a table':
    `select name from (${relations}) c where relkind in ('r', 'p') and has_table_privilege('authenticated', oid, 'truncate, references, trigger')`,
  'the dispatcher has no privilege on any table, view or column':
    `select name from (${relations}) c
     where relkind <> 'S' and (has_table_privilege('tablehook_dispatcher', oid, 'select, insert, update, delete, truncate, references, trigger')
                               or has_any_column_privilege('tablehook_dispatcher', oid, 'select, insert, update, references'))`,
  'the dispatcher may execute the engine functions and nothing else':
    `select name from (${functions}) p
     where has_function_privilege('tablehook_dispatcher', oid, 'execute') <> (nspname = 'webhooks' and proname = any ('{${engine.join(', ')}}'))
     union all
     select 'no function ' || e from unnest('{${engine.join(', ')}}'::text[]) e
     where e not in (select proname from (${functions}) p where nspname = 'webhooks')`,
  'of the private schema, API users may execute what the policies call, and nothing else':
    `select name from (${functions}) p
     where nspname = 'webhooks' and has_function_privilege('authenticated', oid, 'execute') <> (proname in ('my_organizations', 'managed_organizations'))`,
}

test('no index of the queue names a column that a claim writes', async () => {
  expect(await broken(`
    select i.indexrelid::regclass || ' names ' || a.attname from pg_index i join pg_attribute a on a.attrelid = i.indrelid
    where i.indrelid = 'webhooks.open_deliveries'::regclass and a.attname in ('state', 'leased_until', 'claim_count')
      and (a.attnum = any (i.indkey) or pg_get_indexdef(i.indexrelid) ~ ('\\m' || a.attname || '\\M'))`)).toEqual([])
})

test.each(Object.entries(rules))('%s', async (_, query) => {
  expect(await broken(query)).toEqual([])
})

describe('a rule that is broken says where', () => {
  const offender = (schema: string) => `create function ${schema}.offender() returns int language sql as 'select 1'`
  const offenders: { what: string, sql: string, rule: string, names: RegExp }[] = [
    {
      what: 'a table without row-level security',
      sql: 'create table webhooks.offender ()',
      rule: 'every table and partition has row-level security', names: /webhooks\.offender/,
    },
    {
      what: 'a table without a comment',
      sql: 'create table app.offender ()',
      rule: 'every table and view has a comment', names: /app\.offender/,
    },
    {
      what: 'a column that keeps a project from the next Postgres',
      sql: 'create table webhooks.offender (a regproc, b regclass, c regprocedure[])',
      rule: 'no column is of a type that pg_upgrade refuses', names: /^webhooks\.offender\.a\nwebhooks\.offender\.c$/,
    },
    {
      what: 'a function without a comment',
      sql: offender('public'),
      rule: 'every function has a comment', names: /offender/,
    },
    {
      what: 'a constraint that Postgres named',
      sql: 'create table webhooks.offender (a int check (a > 0))',
      rule: 'every check constraint is named as a sentence', names: /offender_a_check/,
    },
    {
      what: 'a function with an open search_path',
      sql: offender('webhooks'),
      rule: 'every function pins its search_path, with what is temporary last, unless its body was bound when it was created', names: /webhooks\.offender/,
    },
    {
      what: 'a function that may be compiled at each call',
      sql: `${offender('webhooks')}; alter function webhooks.offender() set enable_nestloop = off`,
      rule: 'every function that turns a way to plan off turns compilation off, too', names: /webhooks\.offender/,
    },
    {
      what: 'a function of the superuser',
      sql: offender('webhooks'),
      rule: 'every function belongs to postgres, so none runs as a superuser', names: /webhooks\.offender/,
    },
    {
      what: 'a function for everyone',
      sql: `${offender('app')}; grant execute on function app.offender() to public`,
      rule: 'nothing is executable by everyone', names: /app\.offender/,
    },
    {
      what: 'a function for anon',
      sql: `${offender('public')}; revoke all on function public.offender() from public; grant execute on function public.offender() to anon`,
      rule: 'anon may execute nothing', names: /offender/,
    },
    {
      what: 'a column for anon',
      sql: 'grant select (name) on public.organizations to anon',
      rule: 'anon has no privilege on any table, view, column or sequence', names: /public\.organizations/,
    },
    {
      what: 'usage of the private schema',
      sql: 'grant usage on schema webhooks to authenticated',
      rule: 'anon has no usage on app, and no API user on webhooks', names: /authenticated on webhooks/,
    },
    {
      what: 'a view that runs as its owner',
      sql: 'create view public.offender as select 1 as one',
      rule: 'every view runs as its caller', names: /public\.offender/,
    },
    {
      what: 'a readable secret',
      sql: 'grant select (sealed) on webhooks.secrets to authenticated',
      rule: 'no role of the API or the dispatcher reads a secret', names: /authenticated reads webhooks\.secrets\.sealed/,
    },
    {
      what: 'a table that users may empty',
      sql: 'grant truncate on public.webhook_logs to authenticated',
      rule: 'no API user may truncate, refer to or put triggers on a table', names: /public\.webhook_logs/,
    },
    {
      what: 'a dispatcher that reads events',
      sql: 'grant select (data) on webhooks.events to tablehook_dispatcher',
      rule: 'the dispatcher has no privilege on any table, view or column', names: /webhooks\.events/,
    },
    {
      what: 'a dispatcher that publishes',
      sql: 'grant execute on function webhooks.publish_event(uuid, text, jsonb, jsonb, uuid) to tablehook_dispatcher',
      rule: 'the dispatcher may execute the engine functions and nothing else', names: /publish_event/,
    },
    {
      what: 'a dispatcher that may not claim',
      sql: 'revoke execute on all functions in schema webhooks from tablehook_dispatcher',
      rule: 'the dispatcher may execute the engine functions and nothing else', names: /claim_deliveries/,
    },
    {
      what: 'a user who calls the engine',
      sql: 'grant execute on function webhooks.sweep(timestamptz) to authenticated',
      rule: 'of the private schema, API users may execute what the policies call, and nothing else', names: /sweep/,
    },
  ]

  test.each(offenders)('$what', async ({ sql, rule, names }) => {
    class RollBack extends Error {}
    let found: string[] = []
    await db.admin.begin(async (tx) => {
      await tx.unsafe(sql)
      found = (await tx.unsafe<{ name: string }[]>(rules[rule]!)).map((row) => row.name)
      throw new RollBack()
    }).catch((error: unknown) => { if (!(error instanceof RollBack)) throw error })
    expect(found.join('\n')).toMatch(names)
  })
})

test('the rules look at what there is: tables with their partitions, views, and functions', async () => {
  const [seen] = await db.sql.unsafe<{ partitions: number, views: number, functions: number }[]>(`
    select (select count(*)::int from (${relations}) c where relispartition) as partitions,
           (select count(*)::int from (${relations}) c where relkind = 'v') as views,
           (select count(*)::int from (${functions}) p) as functions`)
  expect(seen!.partitions).toBeGreaterThan(7)
  expect(seen!.views).toBeGreaterThan(0)
  expect(seen!.functions).toBeGreaterThan(50)
})

async function broken(query: string): Promise<string[]> {
  return (await db.sql.unsafe<{ name: string }[]>(query)).map((row) => row.name)
}
