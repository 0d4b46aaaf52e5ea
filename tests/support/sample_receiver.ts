// Programs that other products print for their receivers, run as they are: only the port is another, and the secret comes by environment.
import { spawn } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import { freePorts } from './free_port.ts'
import { deleteFolder, throwAwayFolder } from './throw_away_folder.ts'

const root = path.resolve(import.meta.dirname, '../..')
const PRINTED_PORT = '3000'

/** What a product prints, as text. */
export const seedText = (file: string): string => fs.readFileSync(path.join(root, 'tests/fixtures/seeds', file), 'utf8')

export type SampleReceiver = {
  /** Where it takes requests. */
  url: string
  output: () => string
  /** Waits until it has printed that, or throws and says what it printed. */
  printed: (text: string | RegExp) => Promise<void>
  stop: () => Promise<void>
}

/** Starts a CommonJS program that says `running on port 3000` once it listens. */
export async function startSample(program: string, { secret }: { secret?: string } = {}): Promise<SampleReceiver> {
  const port = String(await freePorts(1))
  const folder = throwAwayFolder('sample')
  const file = path.join(folder, 'receiver.cjs')
  fs.writeFileSync(file, program.replaceAll(PRINTED_PORT, port))
  const child = spawn(process.execPath, [file], {
    env: { ...process.env, NODE_PATH: path.join(root, 'node_modules'), ...(secret === undefined ? {} : { WEBHOOK_SECRET: secret }) }, stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  let listeners: (() => void)[] = []
  const tell = () => listeners.forEach((listener) => listener())
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => { output += String(chunk); tell() })
  const exited = new Promise<void>((resolve) => child.once('exit', () => { tell(); resolve() }))

  function printed(text: string | RegExp): Promise<void> {
    return new Promise((resolve, reject) => {
      const end = (error?: Error) => {
        clearTimeout(timer)
        listeners = listeners.filter((listener) => listener !== check)
        if (error) reject(error)
        else resolve()
      }
      const check = () => {
        if (typeof text === 'string' ? output.includes(text) : text.test(output)) end()
        else if (child.exitCode !== null) end(new Error(`The sample ended with ${child.exitCode}: ${output}`))
      }
      const timer = setTimeout(() => end(new Error(`Waited 15 s for ${String(text)}. The sample printed: ${output}`)), 15_000)
      listeners.push(check)
      check()
    })
  }

  await printed(`running on port ${port}`)
  return {
    url: `http://127.0.0.1:${port}/webhook`,
    output: () => output,
    printed,
    async stop() {
      if (child.exitCode === null && child.signalCode === null && child.kill()) await exited
      deleteFolder(folder)
    },
  }
}
