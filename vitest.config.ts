import { defineConfig } from 'vitest/config'

// Five projects, from fast to slow. `core` needs nothing; `db` and `engine` need a Postgres; `flow` and `web` need the whole system.
// Each but the first brings up what it needs in its own globalSetup, so that any of them also runs alone.
// One after another: two cores are too few for a crash test and a browser at once.
const names = ['core', 'db', 'engine', 'flow', 'web']
// Where processes are killed and browsers driven, a shared machine can miss a deadline that has nothing to do with us: in CI one
// repetition is allowed there, and vitest marks the test that needed it. Nowhere else.
const retry = process.env.CI || process.env.TABLEHOOK_REPEAT_ONCE ? 1 : 0
const project = (name: string, options: Record<string, unknown> = {}) => ({
  test: { name, include: [`tests/${name}/**/*.test.{ts,tsx}`], sequence: { groupOrder: names.indexOf(name) }, ...options },
})

export default defineConfig({
  test: {
    projects: [
      project('core'),
      project('db', { globalSetup: 'tests/support/database_server.ts', hookTimeout: 120_000, testTimeout: 60_000, maxWorkers: 2 }),
      project('engine', { retry, globalSetup: 'tests/support/database_server.ts', hookTimeout: 120_000, testTimeout: 120_000, fileParallelism: false }),
      project('flow', { retry, globalSetup: 'tests/support/system.ts', hookTimeout: 240_000, testTimeout: 120_000, fileParallelism: false }),
      project('web', { retry, globalSetup: 'tests/support/system.ts', hookTimeout: 240_000, testTimeout: 120_000, fileParallelism: false }),
    ],
  },
})
