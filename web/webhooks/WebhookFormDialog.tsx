import { useEffect, useRef, useState } from 'react'
import { useBackGuard } from '../app/useBackGuard.ts'
import type { Webhook } from '../data/webhooks.ts'
import { AlertDialog } from '../ui/AlertDialog.tsx'
import { Button } from '../ui/Button.tsx'
import { CancelButton, Dialog } from '../ui/Dialog.tsx'
import { returnFocusTo } from '../ui/return_focus.ts'
import { toastSuccess } from '../ui/toasts.ts'
import { t } from '../words/form.ts'
import { ConflictDialog } from './ConflictDialog.tsx'
import type { FormValues } from './form_values.ts'
import { useWebhookForm, type Saved } from './useWebhookForm.ts'
import { FormProblem, WebhookFields } from './WebhookFields.tsx'

type WebhookFormDialogProps = {
  organizationId: string
  /** Null: a new one. */
  webhook: Webhook | null
  initial?: Partial<FormValues>
  onClose: () => void
  /** What follows a new webhook; by default nothing does. */
  onCreated?: (saved: Saved) => void
  /** Tells whether there is something that leaving would throw away. */
  onDirtyChange?: (dirty: boolean) => void
  /** Id of the element that gets the focus back. */
  returnTo?: string
}

/** Creates or edits a webhook, and asks before typed text is thrown away. */
export function WebhookFormDialog({ organizationId, webhook, initial, onClose, onCreated = onClose, onDirtyChange, returnTo }: WebhookFormDialogProps) {
  const [asking, setAsking] = useState(false)
  const nameInput = useRef<HTMLInputElement>(null)
  const state = useWebhookForm({
    organizationId, webhook, ...(initial ? { initial } : {}),
    onSaved: (saved) => {
      if (webhook === null) return onCreated(saved)
      toastSuccess(t('form.saved', { name: saved.name }))
      onClose()
    },
  })
  const { isDirty } = state.form.formState
  useEffect(() => onDirtyChange?.(isDirty), [isDirty, onDirtyChange])
  const back = useBackGuard(isDirty)
  function close() {
    if (isDirty) setAsking(true)
    else onClose()
  }

  return (
    <Dialog
      open
      onClose={close}
      pending={state.isSaving}
      dismissable={false}
      initialFocus={nameInput}
      finalFocus={returnFocusTo(returnTo)}
      title={webhook === null ? t('form.create_title') : t('form.edit_title', { name: webhook.name })}
      footer={(
        <>
          <FormProblem state={state} />
          <CancelButton pending={state.isSaving} />
          <Button type="submit" form="webhook-form" variant="primary" aria-busy={state.isSaving}>
            {webhook === null ? (state.isSaving ? t('form.creating') : t('common.create_webhook')) : (state.isSaving ? t('common.saving') : t('form.save_changes'))}
          </Button>
        </>
      )}
    >
      <form
        id="webhook-form"
        noValidate
        onSubmit={(event) => {
          event.preventDefault()
          if (!state.isSaving) state.submit()
        }}
      >
        <WebhookFields organizationId={organizationId} isNew={webhook === null} state={state} nameRef={nameInput} />
      </form>
      {state.conflict && <ConflictDialog conflict={state.conflict} />}
      <AlertDialog
        open={asking || back.isHeld}
        danger
        title={t('form.discard_title')}
        cancel={t('form.keep_editing')}
        confirm={t('form.discard')}
        onClose={() => {
          setAsking(false)
          back.stay()
        }}
        onConfirm={back.isHeld ? back.leave : onClose}
      >
        <p>{webhook === null ? t('form.discard_new') : t('form.discard_edit')}</p>
      </AlertDialog>
    </Dialog>
  )
}
