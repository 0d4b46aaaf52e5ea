import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { notDone, reason } from '../data/errors.ts'
import { queries } from '../data/queries.ts'
import { rollSecret, type SecretState } from '../data/secrets.ts'
import { Button } from '../ui/Button.tsx'
import { useZone } from '../ui/clock.ts'
import { CancelButton, Dialog } from '../ui/Dialog.tsx'
import { RadioGroup } from '../ui/RadioGroup.tsx'
import { returnFocusTo } from '../ui/return_focus.ts'
import { exactTime } from '../ui/time_format.ts'
import { SecretBox } from '../webhooks/SecretBox.tsx'
import { t } from '../words/secret.ts'

/** Seconds for which the old secret still signs. */
const OVERLAPS = { now: 0, '1h': 3_600, '24h': 24 * 3_600, '3d': 3 * 24 * 3_600 } as const
type Overlap = keyof typeof OVERLAPS
const overlaps = Object.keys(OVERLAPS) as Overlap[]

/** Asks how long the old secret may still be used, rolls, and shows the new one in the same place. */
export function RollDialog({ webhookId, state, onClose }: { webhookId: string; state: SecretState; onClose: () => void }) {
  const queryClient = useQueryClient()
  const zone = useZone()
  const [overlap, setOverlap] = useState<Overlap>('24h')
  // What was known when the dialog opened: rolling changes it under us.
  const [{ isFirst, overlaps: alreadyOverlaps }] = useState({ isFirst: state.secret_hint === null, overlaps: state.old_secret_expires_at !== null })
  const roll = useMutation({
    mutationFn: () => rollSecret(webhookId, isFirst ? 0 : OVERLAPS[overlap]),
    onSettled: () => queryClient.invalidateQueries({ queryKey: queries.webhook(webhookId) }),
    gcTime: 0,
  })

  if (roll.isSuccess) {
    const { secret, old_secret_expires_at: until } = roll.data
    return (
      <Dialog
        open
        width="small"
        dismissable={false}
        title={isFirst ? t('secret.created_title') : t('secret.rolled_title')}
        onClose={onClose}
        finalFocus={returnFocusTo('roll-secret')}
        footer={<Button variant="primary" onClick={onClose}>{t('common.done')}</Button>}
      >
        <div role="status">
          <SecretBox secret={secret} />
          <p className="mt-3 text-muted-foreground">{t('secret.store')} {until !== null && t('secret.old_until', { time: exactTime(until, zone) })}</p>
        </div>
      </Dialog>
    )
  }
  return (
    <Dialog
      open
      width="small"
      title={isFirst ? t('secret.create_title') : t('secret.roll_title')}
      onClose={onClose}
      pending={roll.isPending}
      finalFocus={returnFocusTo('roll-secret')}
      footer={(
        <>
          <CancelButton pending={roll.isPending} />
          <Button variant={overlap === 'now' && !isFirst ? 'danger' : 'primary'} aria-busy={roll.isPending} onClick={() => { if (!roll.isPending) roll.mutate() }}>
            {roll.isPending ? t('secret.rolling') : isFirst ? t('secret.create_confirm') : t('secret.roll_confirm')}
          </Button>
        </>
      )}
    >
      <p className="text-muted-foreground">{isFirst ? t('secret.create_text') : t('secret.roll_text')}</p>
      {!isFirst && (
        <div className="mt-4">
          <p aria-hidden className="mb-2 font-medium">{t('secret.old_ends')}</p>
          <RadioGroup label={t('secret.old_ends')} value={overlap} onChange={setOverlap} options={overlaps.map((value) => ({ value, label: t(`secret.ends_${value}`) }))} />
          <p role="status" className="mt-3 min-h-5 text-[0.8125rem]">
            {overlap === 'now' && <span className="text-danger">{t('secret.now_warning')} </span>}
            {alreadyOverlaps && <span className="text-warning">{t('secret.previous_ends')}</span>}
          </p>
        </div>
      )}
      {roll.isError && <p role="alert" className="mt-3 rounded-md bg-danger-soft px-3 py-2 text-danger">{notDone(roll.error, t('secret.not_rolled', { reason: reason(roll.error) }))}</p>}
    </Dialog>
  )
}
