import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { expect, test } from 'vitest'
import { projectRoot } from '../../local/settings.ts'

const LINES = 300_000
const program = `
  import { openOutput } from './functions/io/output.ts'
  const output = openOutput(1, () => new Date(0), 1024 * 1024)
  for (let line = 0; line < ${LINES}; line++) output.write('line ' + line + '\\n')
  process.stderr.write('went on')
  process.stdin.once('data', () => {
    output.write('the last\\n')
    void output.flush().then(() => process.exit())
  })
`

test('a reader that does not read holds up nothing, and is told afterwards what it missed', async () => {
  const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '--eval', program], { cwd: projectRoot })
  // Nobody reads its output yet, and a pipe takes 64 KB.
  expect(String((await once(child.stderr, 'data'))[0])).toBe('went on')
  let read = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    if (read.length < 500_000 && read.length + text.length >= 500_000) child.stdin.write('there is room again')
    read += text
  })
  await once(child.stdout, 'end')
  const lines = read.trimEnd().split('\n')

  const lost = JSON.parse(lines.at(-2)!) as { event: string, lines: number }
  expect(lines.at(-1)).toBe('the last')
  expect(lost).toMatchObject({ at: '1970-01-01T00:00:00.000Z', level: 'warn', event: 'log.lost' })
  expect(lost.lines).toBeGreaterThan(0)
  expect(lines.length - 2 + lost.lines).toBe(LINES)
  expect(lines.slice(0, -2)).toEqual(lines.slice(0, -2).map((_, place) => `line ${place}`))
})

test('a reader that never reads does not hold up the end of a process', async () => {
  const hanging = `
    import { openOutput } from './functions/io/output.ts'
    const output = openOutput(1, () => new Date(0), 1024 * 1024, 100)
    for (let line = 0; line < ${LINES}; line++) output.write('line ' + line + '\\n')
    await output.flush()
    process.exit(7)`
  const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '--eval', hanging], { cwd: projectRoot })
  expect((await once(child, 'exit'))[0]).toBe(7)
})
