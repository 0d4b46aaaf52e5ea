// npm run bench: the measured claims of the README. `npm run bench -- [--quick] [--json] [--verbose] [--profile] [section …]`
import os from 'node:os'
import { parseArgs } from 'node:util'
import { nothingRunning } from '../local/running.ts'
import { backlog } from './backlog.ts'
import type { Bench, Section } from './bench.ts'
import { bulk } from './bulk.ts'
import { drain } from './drain.ts'
import { fanout } from './fanout.ts'
import type { Figure } from './figures.ts'
import { insert } from './insert.ts'
import { latency } from './latency.ts'
import { memory } from './memory.ts'
import { neighbours } from './neighbours.ts'
import { startBareClient, startDispatcher, startReceiver } from './processes.ts'
import { startServer } from './server.ts'
import { several } from './several.ts'
import { heading, line } from './table.ts'

const sections: Record<string, Section> = { drain, latency, insert, bulk, fanout, neighbours, backlog, several, memory }

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { quick: { type: 'boolean' }, json: { type: 'boolean' }, verbose: { type: 'boolean' }, profile: { type: 'boolean' } },
})
const unknown = positionals.filter((name) => !(name in sections))
if (unknown.length > 0) {
  console.error(`There is no section ${unknown.join(', ')}. There are: ${Object.keys(sections).join(', ')}.`)
  process.exit(2)
}
const chosen = positionals.length > 0 ? positionals : Object.keys(sections)

const began = performance.now()
const say = (what: string) => process.stderr.write(`${((performance.now() - began) / 1000).toFixed(1).padStart(6)} s  ${what}\n`)
const running = nothingRunning()
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => void running.stop().then(() => process.exit(130)))

const figures: Figure[] = []
const load = os.loadavg()[0]
try {
  const server = await startServer(running)
  const receiver = await startReceiver(running)
  say(`Postgres ${server.version} is up. ${os.cpus().length} cores, load ${load!.toFixed(1)} before we began.`)
  if (!values.json) console.log(heading())
  for (const name of chosen) {
    const bench: Bench = {
      quick: values.quick ?? false,
      verbose: values.verbose ?? false,
      server,
      receiver,
      startDispatcher: (database) => startDispatcher(running, server, database, values.profile ? ['--cpu-prof', '--cpu-prof-dir', '.local/bench-profiles'] : []),
      startBareClient: (url, like) => startBareClient(running, url, like),
      report(figure) {
        figures.push({ section: name, ...figure })
        if (!values.json) console.log(line(figures.at(-1)!))
      },
      say: (what) => say(`${name}: ${what}`),
    }
    say(name)
    await sections[name]!(bench)
  }
  say('done')
  if (values.json) {
    const machine = { cores: os.cpus().length, model: os.cpus()[0]?.model, load_before: load, node: process.version, postgres: server.version }
    console.log(JSON.stringify({ quick: values.quick ?? false, seconds: (performance.now() - began) / 1000, machine, figures }, null, 2))
  }
} finally {
  await running.stop()
}
