// globalSetup of the projects `flow` and `web`: one whole system for both, started by whichever comes first.
import type { TestProject } from 'vitest/node'
import type { SystemStatus } from '../../local/state.ts'
import { share } from './shared.ts'
import { startSystem } from './started_system.ts'

/** A system that is already running, described as `npm run status -- --json` prints it. */
const DESCRIBED = 'TABLEHOOK_TEST_SYSTEM'

declare module 'vitest' {
  export interface ProvidedContext {
    system: SystemStatus
  }
}

export default async function setup(project: Pick<TestProject, 'provide'>): Promise<() => Promise<void>> {
  const described = process.env[DESCRIBED]
  if (described) {
    project.provide('system', JSON.parse(described) as SystemStatus)
    return async () => {}
  }
  const { resource: system, release } = await share('system', () => startSystem(), (started) => started.discard())
  project.provide('system', system.status)
  return release
}
