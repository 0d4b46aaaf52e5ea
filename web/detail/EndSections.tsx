import { useQuery } from '@tanstack/react-query'
import { Power, Trash2 } from 'lucide-react'
import type { ReactNode } from 'react'
import { queries } from '../data/queries.ts'
import { useRefusal } from '../session/permission.ts'
import { Button } from '../ui/Button.tsx'
import { useToggle } from '../webhooks/useToggle.ts'
import { webhookStatus } from '../webhooks/webhook_status.ts'
import { t } from '../words/settings.ts'
import { Section } from './Section.tsx'
import { DELETE_BUTTON, useWebhook } from './webhook_context.ts'

export function TurnOffSection() {
  const { webhook, listed, turnOn } = useWebhook()
  const { toggle, isPending } = useToggle(webhook.organization_id, listed)
  const refusal = useRefusal()
  const { name, is_active: isOn } = listed
  const byUs = webhookStatus(listed) === 'turned_off'
  return (
    <Section id="off" title={isOn ? t('settings.off') : t('settings.on')} help={t('settings.off_help')}>
      <Row text={isOn ? t('settings.is_on', { name }) : t('settings.is_off', { name })} refusal={refusal(byUs ? 'test' : 'toggle')}>
        {byUs
          ? <Button onClick={turnOn} unavailable={refusal('test')}>{t('settings.test_and_turn_on')}</Button>
          : (
              <Button icon={<Power aria-hidden />} aria-busy={isPending} onClick={() => toggle(!isOn)} unavailable={refusal('toggle')}>
                {isOn ? t('settings.turn_off') : t('settings.turn_on')}
              </Button>
            )}
      </Row>
    </Section>
  )
}

export function DeleteSection() {
  const { webhook, askToDelete } = useWebhook()
  const refusal = useRefusal()
  const limits = useQuery(queries.limits(webhook.organization_id))
  return (
    <Section id="delete" title={t('settings.delete')} help={t('settings.delete_help')}>
      <Row text={`${t('settings.delete_text')}${limits.data ? ` ${t('settings.delete_kept', { n: limits.data.retention_days })}` : ''}`} refusal={refusal('delete')}>
        <Button id={DELETE_BUTTON} variant="danger_quiet" icon={<Trash2 aria-hidden />} onClick={askToDelete} unavailable={refusal('delete')}>{t('settings.delete_button')}</Button>
      </Row>
    </Section>
  )
}

function Row({ text, refusal, children }: { text: string; refusal: string | null; children: ReactNode }) {
  return (
    <div className="flex flex-wrap items-center justify-between gap-x-8 gap-y-3">
      <div className="min-w-0 flex-1 basis-72">
        <p className="wrap-anywhere text-muted-foreground">{text}</p>
        {refusal !== null && <p aria-hidden className="mt-1 text-[0.8125rem]">{refusal}</p>}
      </div>
      {children}
    </div>
  )
}
