import type { ListedWebhook } from '../data/webhooks.ts'
import { useRefusal } from '../session/permission.ts'
import { Banner } from '../ui/Banner.tsx'
import { Button, ButtonLink } from '../ui/Button.tsx'
import { TimeText } from '../ui/Time.tsx'
import { duration } from '../ui/time_format.ts'
import { t } from '../words/list.ts'
import { lastAnswer } from './answers.ts'

type TurnedOff = Pick<ListedWebhook, 'id' | 'name' | 'disabled_reason' | 'disabled_at' | 'failing_since' | 'last_status_code' | 'last_error_code' | 'missed'>

/** Says that we turned a webhook off, why, and what it cost, and offers the way back. */
export function TurnedOffBanner({ webhook, onTurnOn }: { webhook: TurnedOff; onTurnOn: () => void }) {
  const refusal = useRefusal()
  const { id, name, disabled_reason, disabled_at, failing_since, missed } = webhook
  const since = disabled_at !== null && failing_since !== null ? Date.parse(disabled_at) - Date.parse(failing_since) : null
  return (
    <Banner
      tone="danger"
      title={t.rich('list.off_title', { name, time: disabled_at === null ? '' : <TimeText at={disabled_at} /> })}
      actions={(
        <>
          <Button variant="primary" size="small" id={`turn-on-${id}`} onClick={onTurnOn} unavailable={refusal('test')}>{t('list.test_and_turn_on')}</Button>
          <ButtonLink size="small" to={`/settings/webhooks/${id}/deliveries?status=failed`}>{t('list.view_deliveries')}</ButtonLink>
        </>
      )}
    >
      <p>
        {disabled_reason === 'gone'
          ? t('list.off_gone')
          : since !== null && t('list.off_failing', { days: duration(since), answer: lastAnswer(webhook) })}
        {missed > 0 && ` ${t('list.off_missed', { n: missed })}`}
      </p>
    </Banner>
  )
}
