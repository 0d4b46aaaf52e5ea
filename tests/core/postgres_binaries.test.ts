import { expect, test } from 'vitest'
import { findPostgres } from '../../local/postgres_binaries.ts'

test('Postgres is the 17 that npm installed', async () => {
  expect((await findPostgres('')).version).toBe(17)
})

test('a folder without Postgres’s programs is refused with one sentence that names the variable', async () => {
  await expect(findPostgres('/nowhere/bin')).rejects.toThrow(/^TABLEHOOK_POSTGRES names the folder of Postgres’s programs.*no \/nowhere\/bin\/postgres\.$/)
})
