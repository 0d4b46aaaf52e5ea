// The rows of docs/events.md that say what each field of an event means, as the registry has it.
import { toCatalogRow, type EventType } from '../../functions/core/event_types.ts'
import { schemaFields } from '../../web/catalog/schema_fields.ts'

/** For each event type its rows. A field that means the same in all types of a category has one row for them, with all that it may be. */
export function fieldRows(types: readonly EventType[]): Map<string, string[]> {
  const fields = types.flatMap((type) => schemaFields(toCatalogRow(type).schema).map((field) => ({ ...field, event: type.name, category: type.category })))
  return new Map(types.map(({ name }) => [name, fields.filter(({ event }) => event === name).map(({ category, path, description }) => {
    const same = fields.filter((field) => field.category === category && field.path === path && field.description === description)
    const mayBe = [...new Set(same.flatMap(({ type, format }) => type.replace('string', format === 'date-time' ? 'time' : format ?? 'string').split(' or ')))]
    // The longest list first: the others name some of it.
    const values = [...new Set(same.map((field) => field.values).sort((a, b) => b.length - a.length).flat())].map((value) => `\`${value}\``)
    const listed = values.length === 0 ? '' : values.length === 1 ? ` Always ${values[0]}.` : ` One of ${values.join(', ')}.`
    return `| \`${path.replace(/^data\./, '')}\` | ${mayBe.join(' or ')} | ${description}${listed} |`
  })]))
}
