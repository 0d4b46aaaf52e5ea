import { useEffect } from 'react'
import { Button } from '../ui/Button.tsx'
import { toastSuccess } from '../ui/toasts.ts'
import { ConflictDialog } from '../webhooks/ConflictDialog.tsx'
import { HeaderRows } from '../webhooks/HeaderRows.tsx'
import { useWebhookForm } from '../webhooks/useWebhookForm.ts'
import { FormProblem } from '../webhooks/WebhookFields.tsx'
import { t } from '../words/settings.ts'
import { Section } from './Section.tsx'
import { useWebhook } from './webhook_context.ts'

type HeadersSectionProps = { onDirtyChange: (dirty: boolean) => void; mayNotChange: string | null }

/** Custom headers. Their names are there for everyone; their values can be replaced and never read. */
export function HeadersSection({ onDirtyChange, mayNotChange }: HeadersSectionProps) {
  const { webhook: { header_names: names } } = useWebhook()
  return (
    <Section id="headers" title={t('settings.headers')} help={t('settings.headers_help')}>
      {mayNotChange === null
        ? <HeadersForm onDirtyChange={onDirtyChange} />
        : (
            <>
              <p className="mb-3 rounded-lg bg-muted px-3 py-2.5">{mayNotChange}</p>
              {names.length === 0
                ? <p className="text-muted-foreground">{t('settings.headers_none')}</p>
                : <ul className="font-mono text-[0.8125rem]">{names.map((name) => <li key={name} className="py-0.5">{name}: ••••</li>)}</ul>}
            </>
          )}
    </Section>
  )
}

function HeadersForm({ onDirtyChange }: Pick<HeadersSectionProps, 'onDirtyChange'>) {
  const { webhook } = useWebhook()
  const state = useWebhookForm({ organizationId: webhook.organization_id, webhook, part: 'headers', onSaved: () => toastSuccess(t('settings.headers_saved')) })
  const { isDirty } = state.form.formState
  useEffect(() => onDirtyChange(isDirty), [isDirty, onDirtyChange])
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault()
        if (!state.isSaving) state.submit()
      }}
    >
      <HeaderRows form={state.form} titled={false} />
      <div className="mt-3 flex flex-wrap items-center justify-end gap-2">
        <FormProblem state={state} />
        <Button type="submit" variant="primary" aria-busy={state.isSaving}>{state.isSaving ? t('common.saving') : t('settings.save_headers')}</Button>
      </div>
      {state.conflict && <ConflictDialog conflict={state.conflict} />}
    </form>
  )
}
