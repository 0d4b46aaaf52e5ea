// globalSetup of the projects `flow` and `web`: one whole system for both, started by whichever comes first.
import type { TestProject } from 'vitest/node'
import type { SystemStatus } from '../../local/state.ts'
import { startSystem } from './started_system.ts'

/** A system that is already running, described as `npm run status -- --json` prints it. */
const DESCRIBED = 'TABLEHOOK_TEST_SYSTEM'

declare module 'vitest' {
  export interface ProvidedContext {
    system: SystemStatus
  }
}

/** The projects are set up in one process, but each loads this module anew: what they share is on the process. */
const shared = globalThis as typeof globalThis & { tablehookTestSystem?: ReturnType<typeof startSystem>, tablehookTestSystemUsers?: number }

export default async function setup(project: Pick<TestProject, 'provide'>): Promise<() => Promise<void>> {
  const described = process.env[DESCRIBED]
  if (described) {
    project.provide('system', JSON.parse(described) as SystemStatus)
    return async () => {}
  }
  shared.tablehookTestSystemUsers = (shared.tablehookTestSystemUsers ?? 0) + 1
  const system = await (shared.tablehookTestSystem ??= startSystem())
  project.provide('system', system.status)
  return async () => {
    shared.tablehookTestSystemUsers = (shared.tablehookTestSystemUsers ?? 1) - 1
    if (shared.tablehookTestSystemUsers > 0) return
    delete shared.tablehookTestSystem
    await system.discard()
  }
}
