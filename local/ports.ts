import { execFileSync } from 'node:child_process'
import net from 'node:net'
import { Foreseen } from './foreseen.ts'

export type Ports = { api: number, web: number, postgres: number, functions: number }

/** The block of four ports that starts at `first`. */
export function portsFrom(first: string): Ports {
  const api = Number(first)
  if (!Number.isInteger(api) || api < 1024 || api > 65_532) {
    throw new Foreseen(`TABLEHOOK_PORT is "${first}", but it must be a whole number from 1024 to 65532: the first of four ports.`)
  }
  return { api, web: api + 1, postgres: api + 2, functions: api + 3 }
}

/** Refuses to start when any port of the block is taken, and says by whom where that can be known. */
export async function refuseTakenPorts(ports: Ports): Promise<void> {
  for (const port of Object.values(ports)) {
    if (await isFree(port)) continue
    const holder = holderOf(port)
    throw new Foreseen(
      `Port ${port} is in use${holder ? ` by ${holder}` : ''}. Stop that program, or choose another block of four ports: TABLEHOOK_PORT=${suggestion(ports.api)} npm start`,
    )
  }
}

/** Whether a port of 127.0.0.1 can be listened on. */
export function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = net.createServer()
    probe.once('error', () => resolve(false))
    probe.listen({ port, host: '127.0.0.1', exclusive: true }, () => probe.close(() => resolve(true)))
  })
}

/** A block far enough away not to overlap, below the range from which systems take outgoing ports. */
const suggestion = (first: number) => (first + 20 < 32_768 - 4 ? first + 20 : 15_340)

function holderOf(port: number): string | null {
  return fromLsof(port) ?? fromSs(port)
}

function fromLsof(port: number): string | null {
  const lines = run('lsof', ['-nP', `-iTCP:${port}`, '-sTCP:LISTEN', '-Fpc'])?.split('\n') ?? []
  const pid = lines.find((line) => line.startsWith('p'))?.slice(1)
  const command = lines.find((line) => line.startsWith('c'))?.slice(1)
  return pid ? `${command ?? 'a program'} (process ${pid})` : null
}

function fromSs(port: number): string | null {
  const found = run('ss', ['-Hltnp', `sport = :${port}`])?.match(/\(\("([^"]+)",pid=(\d+)/)
  return found ? `${found[1]} (process ${found[2]})` : null
}

function run(command: string, args: string[]): string | null {
  try {
    return execFileSync(command, args, { encoding: 'utf8', timeout: 3000, stdio: ['ignore', 'pipe', 'ignore'] })
  } catch {
    return null
  }
}
