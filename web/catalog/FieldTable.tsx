import { Fragment, type ReactNode } from 'react'
import { cx } from '../ui/cx.ts'
import { t } from '../words/catalog_page.ts'
import { schemaFields, type Schema, type SchemaField } from './schema_fields.ts'

/**
 * The fields of an event's body, from the same schema that the server checks what it sends against. A table for assistive technology
 * whatever its width, which is what the roles are for: on a phone what a field may be stands below its name.
 */
export function FieldTable({ schema, hasPrevious }: { schema: Schema; hasPrevious: boolean }) {
  return (
    <div className="relative overflow-x-auto" tabIndex={0} role="region" aria-label={t('catalog.fields')}>
      <table role="table" className="w-full text-start text-[0.8125rem] max-sm:block sm:min-w-[34rem]">
        <thead role="rowgroup" className="max-sm:sr-only">
          <tr role="row" className="border-b border-border text-muted-foreground">
            <th role="columnheader" scope="col" className="py-1.5 pe-3 font-medium">{t('catalog.field')}</th>
            <th role="columnheader" scope="col" className="px-3 py-1.5 font-medium">{t('catalog.type')}</th>
            <th role="columnheader" scope="col" className="px-3 py-1.5 font-medium">{t('catalog.always')}</th>
            <th role="columnheader" scope="col" className="py-1.5 ps-3 font-medium">{t('catalog.meaning')}</th>
          </tr>
        </thead>
        <tbody role="rowgroup" className="max-sm:block">
          {schemaFields(schema).map((field) => <Row key={field.path} path={field.path} type={field.type} always={field.always}><Meaning field={field} /></Row>)}
          {hasPrevious && <Row path={PREVIOUS} type={OBJECT} always={false}>{t('catalog.previous')}</Row>}
        </tbody>
      </table>
    </div>
  )
}

// Names in the body, not words.
const PREVIOUS = 'previous'
const OBJECT = 'object'

function Row({ path, type, always, children }: Pick<SchemaField, 'path' | 'type' | 'always'> & { children: ReactNode }) {
  return (
    <tr role="row" className="border-b border-border align-top last:border-0 max-sm:grid max-sm:grid-cols-[minmax(0,1fr)_auto] max-sm:gap-x-3 max-sm:py-2">
      <th role="rowheader" scope="row" className="font-mono text-xs leading-5 font-normal max-sm:wrap-anywhere sm:py-1.5 sm:pe-3">{path}</th>
      <td role="cell" className="whitespace-nowrap text-muted-foreground sm:px-3 sm:py-1.5">{type}</td>
      <td role="cell" className={cx('sm:px-3 sm:py-1.5', always ? 'max-sm:sr-only' : 'max-sm:col-span-full')}>
        <span aria-hidden className="text-muted-foreground sm:hidden">{t('catalog.always')}: </span>
        {always ? t('catalog.yes') : t('catalog.no')}
      </td>
      <td role="cell" className="text-muted-foreground wrap-anywhere max-sm:col-span-full sm:py-1.5 sm:ps-3">{children}</td>
    </tr>
  )
}

function Meaning({ field }: { field: SchemaField }) {
  const { description } = field
  return (
    <>
      {description !== null && <p className="text-foreground" dir="auto">{description}</p>}
      <p><Values field={field} /></p>
    </>
  )
}

/** What it may be, as far as its type does not say it. */
function Values({ field: { values, format } }: { field: SchemaField }) {
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
