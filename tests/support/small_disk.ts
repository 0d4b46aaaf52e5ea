// A disk that is too small, for a table: a real one in memory where we may mount it, else a trigger that says what Postgres would.
import { spawnSync } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import { userForPostgres } from '../../local/postgres_binaries.ts'
import type { FreshDatabase } from './database.ts'
import { throwAwayFolder } from './throw_away_folder.ts'

export type SmallDisk = {
  /** Whether it is a real disk. The test prints it, so that nobody takes the one for the other. */
  isReal: boolean
  /** Makes room. */
  grow: () => Promise<void>
  discard: () => Promise<void>
}

/** Moves a table (with its indexes) to a disk of one megabyte that is almost full. */
export async function putOnSmallDisk({ admin }: FreshDatabase, table: string): Promise<SmallDisk> {
  const folder = throwAwayFolder('disk')
  return mount(folder, '1m') ? onRealDisk(admin, folder, table) : behindTrigger(admin, table)
}

async function onRealDisk(admin: FreshDatabase['admin'], folder: string, table: string): Promise<SmallDisk> {
  const runAs = userForPostgres()
  if ('uid' in runAs) fs.chownSync(folder, runAs.uid, runAs.gid)
  const space = `small_${path.basename(folder).replaceAll('-', '_')}`
  const [home] = await admin<{ space: string }[]>`select current_setting('default_tablespace') as space`
  await admin.unsafe(`create tablespace ${space} location '${folder}'`)
  const indexes = await admin<{ name: string }[]>`select indexrelid::regclass::text as name from pg_index where indrelid = ${table}::regclass`
  const moveTo = async (to: string) => {
    for (const { name } of indexes) await admin.unsafe(`alter index ${name} set tablespace ${to}`)
    await admin.unsafe(`alter table ${table} set tablespace ${to}`)
  }
  await moveTo(space)
  return {
    isReal: true,
    async grow() {
      mount(folder, '200m', 'remount,')
    },
    async discard() {
      await moveTo(home!.space === '' ? 'pg_default' : home!.space)
      await admin.unsafe(`drop tablespace ${space}`)
      spawnSync('umount', [folder])
    },
  }
}

async function behindTrigger(admin: FreshDatabase['admin'], table: string): Promise<SmallDisk> {
  await admin.unsafe(`
    create function webhooks.disk_is_full() returns trigger language plpgsql as $$
    begin
      if pg_total_relation_size('${table}') > 300000 then
        raise exception using errcode = '53100', message = 'could not extend file: No space left on device';
      end if;
      return null;
    end $$;
    create trigger disk_is_full after insert on ${table} for each row execute function webhooks.disk_is_full()`)
  const grow = async () => void await admin.unsafe('drop function if exists webhooks.disk_is_full() cascade')
  return { isReal: false, grow, discard: grow }
}

function mount(folder: string, size: string, how = ''): boolean {
  return process.getuid?.() === 0 && spawnSync('mount', ['-t', 'tmpfs', '-o', `${how}size=${size}`, 'tmpfs', folder]).status === 0
}
