import { useQuery } from '@tanstack/react-query'
import { useId, type RefObject } from 'react'
import { useWatch } from 'react-hook-form'
import { queries } from '../data/queries.ts'
import { Field, FieldLine } from '../ui/Field.tsx'
import { Problem } from '../ui/Problem.tsx'
import { t as words } from '../words/events.ts'
import { t } from '../words/form.ts'
import { AdvancedFields } from './AdvancedFields.tsx'
import { EventPicker } from './EventPicker.tsx'
import { UrlField } from './UrlField.tsx'
import type { WebhookFormState } from './useWebhookForm.ts'

type WebhookFieldsProps = {
  organizationId: string
  isNew: boolean
  state: WebhookFormState
  nameRef?: RefObject<HTMLInputElement | null>
  /** False where the custom headers have a form of their own. */
  withHeaders?: boolean
}

/** All fields of a webhook. */
export function WebhookFields({ organizationId, isNew, state, nameRef, withHeaders = true }: WebhookFieldsProps) {
  const { form } = state
  const types = useQuery(queries.eventTypes())
  const [all, chosen] = useWatch({ control: form.control, name: ['all', 'events'] })
  const { ref, ...name } = form.register('name')
  const eventsLine = useId()
  return (
    <div className="space-y-2">
      <Field label={t('form.name')} error={form.formState.errors.name?.message}>
        {(parts) => (
          <input
            {...parts}
            {...name}
            ref={(element) => { ref(element); if (nameRef) nameRef.current = element }}
            className="field"
            placeholder={t('form.name_placeholder')}
            autoComplete="off"
          />
        )}
      </Field>
      <UrlField organizationId={organizationId} state={state} />
      <section>
        <h3 className="mb-2 font-medium">{t('form.events')}</h3>
        {types.isError && types.data === undefined
          ? <Problem title={words('picker.not_loaded')} error={types.error} onRetry={() => void types.refetch()} />
          : (
              <EventPicker
                types={types.data ?? []}
                all={all}
                chosen={chosen}
                describedBy={eventsLine}
                onChange={({ all: every, events }) => {
                  form.setValue('all', every, { shouldDirty: true })
                  form.setValue('events', events, { shouldDirty: true, shouldTouch: true, shouldValidate: form.formState.isSubmitted || every || events.length > 0 })
                }}
              />
            )}
        <FieldLine id={eventsLine} error={form.formState.errors.events?.message} />
      </section>
      <AdvancedFields organizationId={organizationId} isNew={isNew} withHeaders={withHeaders} state={state} />
    </div>
  )
}

/** What stands above the buttons: how much there is to fix, or why the server said no. */
export function FormProblem({ state: { form, refusal } }: { state: WebhookFormState }) {
  const { errors, isSubmitted } = form.formState
  const wrong = Object.keys(errors).length
  const text = refusal ?? (isSubmitted && wrong > 0 ? t('form.fix', { n: wrong }) : '')
  return <p role="alert" className="min-h-5 flex-1 basis-full text-[0.8125rem] leading-5 text-danger sm:basis-0">{text}</p>
}
