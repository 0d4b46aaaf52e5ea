import { Fragment } from 'react'
import { t } from '../words/catalog_page.ts'
import { schemaFields, type Schema, type SchemaField } from './schema_fields.ts'

/** The fields of an event's body, from the same schema that the server checks what it sends against. */
export function FieldTable({ schema, hasPrevious }: { schema: Schema; hasPrevious: boolean }) {
  const fields = schemaFields(schema)
  return (
    <div className="relative overflow-x-auto" tabIndex={0} role="region" aria-label={t('catalog.fields')}>
      <table className="w-full min-w-[34rem] text-start text-[0.8125rem]">
        <thead>
          <tr className="border-b border-border text-muted-foreground">
            <th scope="col" className="py-1.5 pe-3 font-medium">{t('catalog.field')}</th>
            <th scope="col" className="px-3 py-1.5 font-medium">{t('catalog.type')}</th>
            <th scope="col" className="px-3 py-1.5 font-medium">{t('catalog.always')}</th>
            <th scope="col" className="py-1.5 ps-3 font-medium">{t('catalog.meaning')}</th>
          </tr>
        </thead>
        <tbody>
          {fields.map((field) => (
            <tr key={field.path} className="border-b border-border align-top last:border-0">
              <th scope="row" className="py-1.5 pe-3 font-mono text-xs leading-5 font-normal">{field.path}</th>
              <td className="px-3 py-1.5 whitespace-nowrap text-muted-foreground">{field.type}</td>
              <td className="px-3 py-1.5">{field.always ? t('catalog.yes') : t('catalog.no')}</td>
              <td className="py-1.5 ps-3 text-muted-foreground"><Values field={field} /></td>
            </tr>
          ))}
          {hasPrevious && (
            <tr className="border-t border-border align-top">
              <th scope="row" className="py-1.5 pe-3 font-mono text-xs leading-5 font-normal">{PREVIOUS}</th>
              <td className="px-3 py-1.5 text-muted-foreground">{OBJECT}</td>
              <td className="px-3 py-1.5">{t('catalog.no')}</td>
              <td className="py-1.5 ps-3 text-muted-foreground">{t('catalog.previous')}</td>
            </tr>
          )}
        </tbody>
      </table>
    </div>
  )
}

// Names in the body, not words.
const PREVIOUS = 'previous'
const OBJECT = 'object'

function Values({ field: { values, format, description } }: { field: SchemaField }) {
  if (description !== null) return description
  if (values.length > 0) {
    const list = values.map((value, index) => (
      <Fragment key={value}>
        {index > 0 && ', '}
        <code className="font-mono text-xs text-foreground">{value}</code>
      </Fragment>
    ))
    return values.length === 1 ? list : t.rich('catalog.one_of', { values: list })
  }
  if (format === 'uuid') return t('catalog.uuid')
  return format === 'date-time' ? t('catalog.date_time') : format
}
