// The dispatcher in one file: it starts in a fifth of a second, where the sources through tsx take a whole one.
import path from 'node:path'
import { build } from 'vite'
import { throwAwayFolder } from './throw_away_folder.ts'

const root = path.resolve(import.meta.dirname, '../..')

/** Bundles functions/dispatcher/process.ts and answers with the path of the result. What only some settings load is left out. */
export async function bundleDispatcher(): Promise<string> {
  const outDir = throwAwayFolder('bundle')
  await build({
    root, configFile: false, logLevel: 'error', ssr: { noExternal: true },
    build: { ssr: path.join(root, 'functions/dispatcher/process.ts'), outDir, minify: false, rollupOptions: { external: ['nodemailer', /opentelemetry/] } },
  })
  return path.join(outDir, 'process.js')
}
