import type { Transform } from '../../core/payload/transform.ts'

/** Runs transformations here, one step of the event loop each: for the edge, which has no threads, and for previews. Loaded by the first. */
export function transformInProcess(ticks: () => number): Transform {
  let opened: Promise<Transform> | undefined
  const sandbox = () => opened ??= import('./sandbox.ts').then(({ openSandbox }) => openSandbox(ticks))
  return {
    run: async (task) => (await sandbox()).run(task),
    check: async (expression) => (await sandbox()).check(expression),
  }
}
