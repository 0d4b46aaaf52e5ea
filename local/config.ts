import fs from 'node:fs'
import path from 'node:path'
import { projectRoot } from './settings.ts'

export type FunctionConfig = { name: string, entrypoint: string, verifyJwt: boolean }

/** The edge functions of supabase/config.toml. `entrypoint` is an absolute path; on hosted, tokens are verified unless the file says no. */
export function readFunctions(toml = fs.readFileSync(path.join(projectRoot, 'supabase/config.toml'), 'utf8')): FunctionConfig[] {
  return [...toml.matchAll(/^\[functions\.([\w-]+)\]\n([^[]*)/gm)].map(([, name = '', section = '']) => ({
    name,
    entrypoint: path.resolve(projectRoot, 'supabase', /^entrypoint\s*=\s*"([^"]+)"/m.exec(section)?.[1] ?? `functions/${name}/index.ts`),
    verifyJwt: !/^verify_jwt\s*=\s*false/m.test(section),
  }))
}
