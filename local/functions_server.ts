// Runs in Deno. Stands in for Supabase's edge runtime: one process, every function, both styles of handler.
// Arguments: the port, and a JSON object of function name to the absolute path of its entry file.
type Handler = (request: Request, info: Deno.ServeHandlerInfo) => Response | Promise<Response>

const [port, entrypoints] = [Number(Deno.args[0]), JSON.parse(Deno.args[1] ?? '{}') as Record<string, string>]
const serve = Deno.serve
const handlers = new Map<string, Handler>()
const states: Record<string, string> = {}

Object.assign(globalThis, { EdgeRuntime: { waitUntil: (work: Promise<unknown>) => void work.catch((error) => console.error('waitUntil:', error)) } })

for (const [name, entrypoint] of Object.entries(entrypoints)) {
  try {
    handlers.set(name, await load(entrypoint))
    states[name] = 'ready'
  } catch (error) {
    console.error(`function ${name} cannot start:`, error)
    states[name] = String(error)
    handlers.set(name, () => Response.json({ code: 'BOOT_ERROR', message: String(error) }, { status: 503 }))
  }
}

serve({ port, hostname: '127.0.0.1', onListen: () => console.log('serving', Object.keys(states).join(', ')) }, (request, info) => {
  const name = new URL(request.url).pathname.split('/')[1] ?? ''
  if (name === '_ready') return Response.json(states)
  const handler = handlers.get(name)
  return handler ? handler(request, info) : Response.json({ code: 'NOT_FOUND', message: 'Requested function was not found' }, { status: 404 })
})

endWithParent()

/** A function either calls Deno.serve while it loads, or exports a `fetch`. */
async function load(entrypoint: string): Promise<Handler> {
  let handler: Handler | undefined
  const capture = (first: unknown, second?: unknown) => {
    handler = (typeof first === 'function' ? first : second ?? (first as { handler: Handler }).handler) as Handler
    const never = new Promise<void>(() => {})
    return { finished: never, shutdown: () => Promise.resolve(), ref: () => {}, unref: () => {}, addr: { transport: 'tcp', hostname: '127.0.0.1', port } }
  }
  Object.assign(Deno, { serve: capture })
  const module = await import(`file://${entrypoint}`) as { default?: { fetch?: Handler } }
  const found = handler ?? module.default?.fetch?.bind(module.default)
  if (!found) throw new Error('it neither calls Deno.serve nor exports a default object with fetch')
  return found
}

/** When the parent is gone, even by kill -9, our stdin closes: leave, rather than hold the port. */
async function endWithParent() {
  for await (const _ of Deno.stdin.readable);
  Deno.exit(0)
}
