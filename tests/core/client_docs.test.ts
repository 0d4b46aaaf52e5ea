// docs/client.md and docs/command_line.md against the code that they are about.
import fs from 'node:fs'
import ts from 'typescript'
import { expect, test } from 'vitest'
import { EXIT } from '../../cli/src/exit_codes.ts'
import { createClient } from '../../client/src/index.ts'

const read = (file: string) => fs.readFileSync(file, 'utf8')
const page = read('docs/client.md')
const firstCells = (text: string) => [...text.matchAll(/^\| `?([\w]+)`? \| /gm)].map(([, cell]) => cell!)

test('docs/client.md has every code of a verification, in the order of the code', () => {
  const union = /export type VerificationCode =([^]*?)\n\n/.exec(read('client/src/verification_error.ts'))![1]!
  const codes = [...union.matchAll(/'(\w+)'/g)].map(([, code]) => code!)
  expect(codes.length).toBeGreaterThan(10)
  expect(firstCells(page.split('| code | what happened |')[1]!.split('\n\n')[0]!).sort()).toEqual(codes.sort())
})

test('docs/client.md has every method of the client', () => {
  const client = createClient({ url: 'https://abc.test', apiKey: 'thk_x' })
  for (const [resource, methods] of Object.entries(client)) {
    if (typeof methods === 'function') {
      expect(page).toContain(`| \`${resource}()\` | `)
      continue
    }
    const row = page.split('\n').filter((line) => line.startsWith(`| \`${resource}.`)).join('\n')
    for (const method of Object.keys(methods)) expect(row, `${resource}.${method}`).toMatch(new RegExp(`\\.${method}\\(`))
  }
})

test('docs/command_line.md has every exit code', () => {
  expect(firstCells(read('docs/command_line.md').split('| code | meaning |')[1]!).map(Number)).toEqual(Object.values(EXIT))
})

test.each(['docs/client.md', 'client/README.md'])('the snippets of %s are right for the compiler', (file) => {
  const snippets = [...read(file).matchAll(/```ts\n([^]*?)```/g)].map(([, code]) => code!)
  expect(snippets.length).toBeGreaterThan(1)
  for (const [at, snippet] of snippets.entries()) expect({ snippet, errors: errorsIn(`declare const rawBody: string, request: Request\n${snippet}\nexport {}\n`, `${process.cwd()}/_snippet_${at}.ts`) }).toEqual({ snippet, errors: [] })
}, 60_000)

/** What the compiler says about a text in a file that does not exist. */
function errorsIn(source: string, file: string): string[] {
  const options: ts.CompilerOptions = {
    strict: true, noEmit: true, module: ts.ModuleKind.ESNext, moduleResolution: ts.ModuleResolutionKind.Bundler, target: ts.ScriptTarget.ES2022, skipLibCheck: true,
    allowImportingTsExtensions: true, exactOptionalPropertyTypes: true, types: ['node'],
    paths: { '@tablehook/client': [`${process.cwd()}/client/src/index.ts`], '@tablehook/client/*': [`${process.cwd()}/client/src/*.ts`] },
  }
  const host = ts.createCompilerHost(options)
  const [readSource, exists] = [host.getSourceFile, host.fileExists]
  host.fileExists = (name) => name === file || exists(name)
  host.getSourceFile = (name, ...rest) => name === file ? ts.createSourceFile(name, source, ts.ScriptTarget.ES2022) : readSource(name, ...rest)
  const program = ts.createProgram([file], options, host)
  return ts.getPreEmitDiagnostics(program, program.getSourceFile(file)).map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, ' '))
}
