// The API's own description, asked of the running server, held against every answer that a test gets.
import Ajv2020, { type ValidateFunction } from 'ajv/dist/2020.js'
import { system } from './running_system.ts'

// eslint-disable-next-line @typescript-eslint/no-explicit-any
type Json = any
type Seen = { method: string; path: string; body: unknown; status: number; text: string; type: string | null }

const REFUSED = new Set([404, 405])
let asked: Promise<Described> | undefined

/** Throws when an answer is not as the description says: its status, its body and, if it was accepted, what had been sent. */
export async function expectAsDescribed(seen: Seen): Promise<void> {
  if (seen.method === 'OPTIONS' || seen.method === 'HEAD') return
  const problem = (await (asked ??= Described.ask())).problem(seen)
  if (problem !== null) throw new Error(`${seen.method} ${seen.path} answered ${seen.status}, not as described: ${problem}\n${seen.text.slice(0, 500)}`)
}

export class Described {
  private readonly ajv = new Ajv2020({ strict: false, allErrors: true, validateFormats: true, formats: { uuid: UUID, 'date-time': MOMENT } })
  private readonly compiled = new Map<string, ValidateFunction>()
  private readonly templates: { matches: RegExp; template: string }[]
  private readonly document: Json

  constructor(document: Json) {
    this.document = document
    // Ours may be read by those who ignore what they do not know. Here, what is not described must not be there.
    this.ajv.addSchema({ $id: 'described', ...closed(document) as object })
    // Names before parameters: /webhooks/keys is no webhook.
    this.templates = Object.keys(document.paths as object).sort((a, b) => Number(a.includes('{')) - Number(b.includes('{')))
      .map((template) => ({ template, matches: new RegExp(`^${template.replace(/\{id\}/g, '[0-9a-fA-F-]+').replace(/\{\w+\}/g, '[^/]+')}$`) }))
  }

  static async ask(): Promise<Described> {
    const answer = await fetch(`${system().API_URL}/functions/v1/webhooks/openapi.json`)
    if (!answer.ok) throw new Error(`The API has no description of itself: ${answer.status} ${await answer.text()}`)
    return new Described(await answer.json())
  }

  problem({ method, path, body, status, text, type }: Seen): string | null {
    const pathname = new URL(path, 'http://x').pathname.replace(/\/$/, '')
    const template = this.templates.find(({ matches }) => matches.test(pathname))?.template
    const operation = template === undefined ? undefined : this.document.paths[template][method.toLowerCase()]
    if (operation === undefined) return REFUSED.has(status) ? null : 'no such operation'
    const pointer = `/paths/${escaped(template!)}/${method.toLowerCase()}`
    const described = operation.responses[status]
    if (described === undefined) return `this status is not described; ${Object.keys(operation.responses as object).join(', ')} are`
    const at = described.$ref === undefined ? `${pointer}/responses/${status}` : String(described.$ref).slice(1)
    const content = described.$ref === undefined ? described.content : this.document.components.responses[String(described.$ref).split('/').at(-1)!].content
    return this.answerProblem(at, content, text, type) ?? (status < 300 ? this.requestProblem(pointer, operation, body) : null)
  }

  private answerProblem(at: string, content: Json, text: string, type: string | null): string | null {
    if (content === undefined) return text === '' ? null : 'it has a body'
    if (content['application/json'] === undefined) return null
    if (!type?.startsWith('application/json')) return `its type is ${type}`
    return this.invalid(`${at}/content/${escaped('application/json')}/schema`, JSON.parse(text))
  }

  private requestProblem(pointer: string, operation: Json, body: unknown): string | null {
    if (operation.requestBody === undefined) return null
    const sent: unknown = typeof body === 'string' ? JSON.parse(body) : body ?? {}
    const problem = this.invalid(`${pointer}/requestBody/content/${escaped('application/json')}/schema`, sent)
    return problem === null ? null : `what was sent should have been refused: ${problem}`
  }

  private invalid(at: string, value: unknown): string | null {
    let validate = this.compiled.get(at)
    if (validate === undefined) this.compiled.set(at, validate = this.ajv.compile({ $ref: `described#${at}` }))
    return validate(value) ? null : this.ajv.errorsText(validate.errors)
  }
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i
const MOMENT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/

const escaped = (part: string) => encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1'))

/** The same document, whose answers have no members but those described. Requests say themselves whether they are closed. */
function closed(node: Json): Json {
  if (Array.isArray(node)) return node.map(closed)
  if (node === null || typeof node !== 'object') return node
  const inner = Object.fromEntries(Object.entries(node as object).map(([key, value]) => [key, key.endsWith('Request') ? value : closed(value)])) as Json
  return node.type === 'object' && node.properties !== undefined && node.additionalProperties === undefined ? { ...inner, additionalProperties: false } : inner
}
