// The parts that the published package carries. In the repository, where nothing is packed, they are read from their own places.
import fs from 'node:fs'
import path from 'node:path'
import { collectParts, type Parts } from './collect.ts'

const packageFolder = path.resolve(import.meta.dirname, '../..')
const carried = path.join(packageFolder, 'carried.json')

/** All that install writes from. */
export function readParts(): Parts {
  if (fs.existsSync(carried)) return JSON.parse(fs.readFileSync(carried, 'utf8')) as Parts
  return collectParts(path.dirname(packageFolder))
}

/** Writes what the package carries, from the repository around it. Called when it is packed. */
export function packParts(): void {
  fs.writeFileSync(carried, JSON.stringify(collectParts(path.dirname(packageFolder)), null, 1))
}
