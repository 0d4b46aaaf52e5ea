import { useQuery } from '@tanstack/react-query'
import { useMemo, useRef, type ReactNode } from 'react'
import { useWatch } from 'react-hook-form'
import { schemaFields } from '../catalog/schema_fields.ts'
import { queries } from '../data/queries.ts'
import { Field } from '../ui/Field.tsx'
import { FilterMenu } from '../ui/FilterMenu.tsx'
import { RadioGroup } from '../ui/RadioGroup.tsx'
import { Select } from '../ui/Select.tsx'
import { t as words } from '../words/form.ts'
import { t } from '../words/payload.ts'
import { isChosen, isShapeable, pathsIn, payloadChoiceOf, wrongPath } from './payload_choice.ts'
import { PayloadPreview } from './PayloadPreview.tsx'
import type { WebhookFormState } from './useWebhookForm.ts'

const FIELD_EXAMPLE = 'contact.email'
const TRANSFORMATION_EXAMPLE = '{"text": data.title & " is now " & data.stage}'

/** What of an event is sent: all of it, its ids, chosen fields, or what a transformation makes of it. */
export default function PayloadFields({ organizationId, state: { form } }: { organizationId: string; state: WebhookFormState }) {
  const values = useWatch({ control: form.control })
  const { format = 'standard', payload = 'full', fieldsMode = 'all', fields = '' } = values
  const choice = payloadChoiceOf({ ...form.getValues(), ...values } as Parameters<typeof payloadChoiceOf>[0])
  const { errors } = form.formState
  const editor = useRef<HTMLTextAreaElement | null>(null)
  const change = { shouldDirty: true, shouldTouch: true } as const
  const formatName = words.find(`form.format_${format}`) ?? format
  const types = useChosenTypes(values.all ?? false, values.events ?? [])

  if (!isShapeable(format)) {
    const drops = isChosen(payloadChoiceOf({ ...form.getValues(), format: 'standard' }))
    return (
      <Group>
        <p className="rounded-lg bg-muted px-3.5 py-3 text-muted-foreground">{t(drops ? 'payload.fixed_drops' : 'payload.fixed', { format: formatName })}</p>
      </Group>
    )
  }

  const { ref: keepEditor, ...transformation } = form.register('transformation')
  return (
    <Group>
      <RadioGroup
        label={t('payload.title')}
        value={payload}
        onChange={(next) => form.setValue('payload', next, change)}
        options={[
          { value: 'full', label: t('payload.full'), hint: t('payload.full_help') },
          { value: 'thin', label: t('payload.thin'), hint: t('payload.thin_help') },
        ]}
      />
      {payload === 'full' && (
        <>
          <div className="flex flex-wrap gap-2">
            <Select
              label={t('payload.fields_mode')} prefixed value={fieldsMode} onChange={(next) => form.setValue('fieldsMode', next, change)}
              options={[
                { value: 'all', label: t('payload.fields_all') },
                { value: 'included', label: t('payload.fields_included') },
                { value: 'excluded', label: t('payload.fields_excluded') },
              ]}
            />
            {fieldsMode !== 'all' && <FieldPicker types={types} fields={fields} onChange={(next) => form.setValue('fields', next, { ...change, shouldValidate: true })} />}
          </div>
          {fieldsMode !== 'all' && (
            <Field label={t('payload.fields')} error={errors.fields?.message} hint={t.rich('payload.fields_hint', { example: <code className="font-mono text-xs">{FIELD_EXAMPLE}</code> })}>
              {(parts) => <input {...parts} {...form.register('fields')} className="field font-mono text-[0.8125rem]" dir="ltr" spellCheck={false} autoComplete="off" />}
            </Field>
          )}
          <Field label={t('payload.transformation')} aside={t('common.optional')} error={errors.transformation?.message} hint={t('payload.transformation_hint')}>
            {(parts) => (
              <textarea
                {...parts}
                {...transformation}
                ref={(element) => { keepEditor(element); editor.current = element }}
                className="field min-h-28 font-mono text-[0.8125rem] leading-5"
                rows={5} dir="ltr" spellCheck={false} autoCapitalize="none" autoComplete="off" placeholder={TRANSFORMATION_EXAMPLE}
              />
            )}
          </Field>
        </>
      )}
      {/* What the server would refuse is said at its field, and not asked. */}
      {isChosen(choice) && wrongPath(fields) === null && (
        <PayloadPreview
          organizationId={organizationId}
          types={types}
          format={format}
          choice={choice}
          onGoTo={(position) => {
            const start = typedPosition(editor.current?.value ?? '', position)
            editor.current?.focus()
            editor.current?.setSelectionRange(Math.max(0, start - 1), start)
          }}
        />
      )}
    </Group>
  )
}

function Group({ children }: { children: ReactNode }) {
  return (
    <fieldset className="space-y-3">
      <legend className="mb-2 font-medium">{t('payload.title')}</legend>
      {children}
    </fieldset>
  )
}

/** The server counts in the trimmed text. */
const typedPosition = (typed: string, position: number) => position + typed.length - typed.trimStart().length

/** The event types this webhook would listen to. */
function useChosenTypes(all: boolean, events: readonly string[]) {
  const types = useQuery(queries.eventTypes()).data
  return useMemo(() => (types ?? []).filter(({ name }) => all || events.includes(name)), [types, all, events])
}

function FieldPicker({ types, fields, onChange }: { types: ReturnType<typeof useChosenTypes>; fields: string; onChange: (fields: string) => void }) {
  const chosen = pathsIn(fields)
  const known = useMemo(() => {
    // `data.items[].sku` in the catalog is `items.sku` here: a path goes through lists by itself.
    const paths = types.flatMap(({ schema }) => schemaFields(schema).map(({ path }) => path.replace(/^data\./, '').replaceAll('[]', '')))
    return [...new Set(paths)].sort()
  }, [types])
  const options = [...known, ...chosen.filter((path) => !known.includes(path))].map((path) => ({ value: path, label: path, mono: true }))
  return (
    <FilterMenu
      label={t('payload.pick')}
      value={chosen.length === 0 ? t('payload.pick_none') : t('payload.picked', { n: chosen.length })}
      groups={[{ name: '', options }]}
      chosen={chosen}
      onChange={(next) => onChange(next.join(', '))}
      search={{ label: t('payload.find_field'), none: t('payload.no_field') }}
    />
  )
}
