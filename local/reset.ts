import fs from 'node:fs'
import path from 'node:path'
import { explainFileError } from './foreseen.ts'

/** Everything we keep in a data folder. Nothing else in it is touched: TABLEHOOK_DATA may point anywhere. */
const ours = ['postgres', 'postgres.new', 'postgres.log', 'keys.json', 'logs', 'web', 'vite']

/** Wipes what this instance keeps. The folder must be owned by this process, and its Postgres stopped. */
export function wipe(data: string): void {
  try {
    for (const name of ours) fs.rmSync(path.join(data, name), { recursive: true, force: true })
    fs.mkdirSync(path.join(data, 'logs'), { recursive: true })
  } catch (error) {
    throw explainFileError(error, data)
  }
}
