import { useQuery } from '@tanstack/react-query'
import { ChevronRight } from 'lucide-react'
import { useId, useState } from 'react'
import { useWatch } from 'react-hook-form'
import { FORMAT_NAMES } from '../../functions/core/formats/index.ts'
import { RETRY_POLICY_NAMES } from '../../functions/core/retry.ts'
import { queries } from '../data/queries.ts'
import { Checkbox } from '../ui/Checkbox.tsx'
import { Field } from '../ui/Field.tsx'
import { lazyPart } from '../ui/lazy_part.tsx'
import { RadioGroup } from '../ui/RadioGroup.tsx'
import { Select } from '../ui/Select.tsx'
import { Skeleton } from '../ui/Skeleton.tsx'
import { duration } from '../ui/time_format.ts'
import { t } from '../words/form.ts'
import { HeaderRows } from './HeaderRows.tsx'
import type { WebhookFormState } from './useWebhookForm.ts'

const PayloadFields = lazyPart(() => import('./PayloadFields.tsx'), <Skeleton rows={2} rowClass="h-9" />)

const FILTER_EXAMPLE = '$.new.value > 1000'

/** What most webhooks leave as it is. Opens by itself when something in it is wrong. */
export function AdvancedFields({ organizationId, isNew, withHeaders = true, state }: {
  organizationId: string
  isNew: boolean
  withHeaders?: boolean
  state: WebhookFormState
}) {
  const { form } = state
  const { errors } = form.formState
  const isWrong = ['secret', 'headers', 'filter', 'timeout', 'rateLimit', 'maxConcurrency', 'description', 'payload', 'fields', 'transformation'].some((name) => name in errors)
  const [open, setOpen] = useState(false)
  const orderedId = useId()
  const [ordered, format, retryPolicy] = useWatch({ control: form.control, name: ['ordered', 'format', 'retryPolicy'] })
  const schedules = useQuery(queries.limits(organizationId)).data?.retry_schedules
  const schedule = schedules?.[retryPolicy]
  const formatHint = t.find(`form.format_hint_${format}`)
  const change = { shouldDirty: true, shouldTouch: true } as const

  return (
    <details className="group rounded-lg border border-border" open={open || isWrong} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary className="flex list-none items-center gap-2 rounded-lg px-3.5 py-2.5">
        <ChevronRight aria-hidden className="size-4 shrink-0 text-muted-foreground transition-transform group-open:rotate-90" />
        <span className="font-medium">{t('form.advanced')}</span>
        <span className="truncate text-[0.8125rem] text-muted-foreground">{isNew ? t('form.advanced_lead') : withHeaders ? t('form.advanced_lead_edit') : t('form.advanced_lead_general')}</span>
      </summary>
      <div className="space-y-4 border-t border-border px-3.5 py-4">
        {isNew && <SecretChoice form={form} />}
        {withHeaders && <HeaderRows form={form} />}
        <Field label={t('form.filter')} aside={t('common.optional')} error={errors.filter?.message} hint={t.rich('form.filter_hint', { example: <code className="font-mono text-xs">{FILTER_EXAMPLE}</code> })}>
          {(parts) => <input {...parts} {...form.register('filter')} className="field font-mono text-[0.8125rem]" dir="ltr" spellCheck={false} autoComplete="off" />}
        </Field>
        <div className="grid gap-x-4 gap-y-1 sm:grid-cols-2">
          <Field label={t('form.format')} hint={formatHint}>
            {({ id, 'aria-describedby': describedBy }) => (
              <Select
                id={id} describedBy={describedBy} label={t('form.format')} className="w-full" value={format} onChange={(value) => form.setValue('format', value, change)}
                options={FORMAT_NAMES.map((name) => ({ value: name as string, label: t.find(`form.format_${name}`) ?? name }))}
              />
            )}
          </Field>
          <Field label={t('form.timeout')} aside={t('form.timeout_unit')} error={errors.timeout?.message} hint={t('form.timeout_hint')}>
            {(parts) => <input {...parts} {...form.register('timeout')} className="field" inputMode="decimal" autoComplete="off" />}
          </Field>
          <Field
            label={t('form.retries')}
            hint={schedule && t('form.retry_hint', { n: schedule.length + 1, window: duration(schedule.reduce((sum, seconds) => sum + seconds, 0) * 1_000) })}
          >
            {({ id, 'aria-describedby': describedBy }) => (
              <Select
                id={id} describedBy={describedBy} label={t('form.retries')} className="w-full" value={retryPolicy} onChange={(value) => form.setValue('retryPolicy', value, change)}
                options={RETRY_POLICY_NAMES.map((name) => ({ value: name as string, label: t(`form.retry_${name}`) }))}
              />
            )}
          </Field>
          <div className="hidden sm:block" />
          <Field label={t('form.rate_limit')} aside={t('common.optional')} error={errors.rateLimit?.message}>
            {(parts) => <input {...parts} {...form.register('rateLimit')} className="field" inputMode="numeric" placeholder={t('form.no_limit')} autoComplete="off" />}
          </Field>
          <Field label={t('form.max_concurrency')} aside={t('common.optional')} error={errors.maxConcurrency?.message}>
            {(parts) => <input {...parts} {...form.register('maxConcurrency')} className="field" inputMode="numeric" placeholder={t('form.no_limit')} autoComplete="off" />}
          </Field>
        </div>
        {/* Most never open this part, so it comes when they do. */}
        {(open || isWrong) && <PayloadFields organizationId={organizationId} state={state} />}
        <div className="flex items-start gap-2.5">
          <Checkbox id={orderedId} checked={ordered} describedBy={`${orderedId}-help`} onChange={(on) => form.setValue('ordered', on, change)} />
          <div className="pt-0.5">
            <label htmlFor={orderedId} className="font-medium">{t('form.ordered')}</label>
            <p id={`${orderedId}-help`} className="text-[0.8125rem] text-muted-foreground">{t('form.ordered_help')}</p>
          </div>
        </div>
        <Field label={t('form.description')} aside={t('common.optional')} error={errors.description?.message}>
          {(parts) => <textarea {...parts} {...form.register('description')} className="field min-h-16" rows={2} />}
        </Field>
      </div>
    </details>
  )
}

function SecretChoice({ form }: Pick<WebhookFormState, 'form'>) {
  const mode = useWatch({ control: form.control, name: 'secretMode' })
  return (
    <fieldset>
      <legend className="mb-2 font-medium">{t('form.secret')}</legend>
      <RadioGroup
        label={t('form.secret')}
        value={mode}
        onChange={(next) => form.setValue('secretMode', next, { shouldDirty: true })}
        options={[
          { value: 'made', label: t('form.secret_made') },
          { value: 'own', label: t('form.secret_own') },
          { value: 'none', label: t('form.secret_none'), ...(mode === 'none' ? { hint: t('form.secret_none_help') } : {}) },
        ]}
      />
      {mode === 'own' && (
        <Field label={t('form.own_secret')} className="mt-3" error={form.formState.errors.secret?.message}>
          {(parts) => <input {...parts} {...form.register('secret')} className="field font-mono text-[0.8125rem]" spellCheck={false} autoComplete="off" />}
        </Field>
      )}
    </fieldset>
  )
}
