// Run by npm when the package is packed.
import { packParts } from './carried.ts'

packParts()
