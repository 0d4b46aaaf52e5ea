// The projects of a test run are set up in one process, but each loads its globalSetup anew: what they share is kept on the process.

type Shared = { resource: Promise<unknown>, users: number }

const store = globalThis as typeof globalThis & { tablehookShared?: Map<string, Shared> }
const all = (store.tablehookShared ??= new Map())

/** Gives every project the same resource: the first that asks starts it, the last that releases it stops it. */
export async function share<Resource>(
  name: string,
  start: () => Promise<Resource>,
  stop: (resource: Resource) => Promise<void>,
): Promise<{ resource: Resource, release: () => Promise<void> }> {
  const shared = all.get(name) ?? { resource: start(), users: 0 }
  all.set(name, shared)
  shared.users += 1
  const resource = await shared.resource as Resource
  return {
    resource,
    async release() {
      shared.users -= 1
      if (shared.users > 0) return
      all.delete(name)
      await stop(resource)
    },
  }
}
