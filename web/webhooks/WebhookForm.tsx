import { useEffect } from 'react'
import type { Webhook } from '../data/webhooks.ts'
import { Button } from '../ui/Button.tsx'
import { toastSuccess } from '../ui/toasts.ts'
import { t } from '../words/form.ts'
import { ConflictDialog } from './ConflictDialog.tsx'
import { useWebhookForm } from './useWebhookForm.ts'
import { FormProblem, WebhookFields } from './WebhookFields.tsx'

export type WebhookFormProps = {
  organizationId: string
  webhook: Webhook
  /** Tells whether there is something that leaving would throw away. */
  onDirtyChange?: (dirty: boolean) => void
}

/** The form on a page: the General section of a webhook's settings. */
export default function WebhookForm({ organizationId, webhook, onDirtyChange }: WebhookFormProps) {
  const state = useWebhookForm({ organizationId, webhook, part: 'general', onSaved: ({ name }) => toastSuccess(t('form.saved', { name })) })
  const { isDirty } = state.form.formState
  useEffect(() => onDirtyChange?.(isDirty), [isDirty, onDirtyChange])
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault()
        if (!state.isSaving) state.submit()
      }}
    >
      <WebhookFields organizationId={organizationId} isNew={false} withHeaders={false} state={state} />
      <div className="mt-4 flex flex-wrap items-center justify-end gap-2">
        <FormProblem state={state} />
        <Button type="submit" variant="primary" aria-busy={state.isSaving}>{state.isSaving ? t('common.saving') : t('form.save_changes')}</Button>
      </div>
      {state.conflict && <ConflictDialog conflict={state.conflict} />}
    </form>
  )
}
