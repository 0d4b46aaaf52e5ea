import { useQuery } from '@tanstack/react-query'
import { queries } from '../data/queries.ts'
import type { ListedWebhook } from '../data/webhooks.ts'
import { Banner } from '../ui/Banner.tsx'
import { ButtonLink } from '../ui/Button.tsx'
import { useNow, useZone } from '../ui/clock.ts'
import { TimeText } from '../ui/Time.tsx'
import { exactTime } from '../ui/time_format.ts'
import { lastAnswer } from '../webhooks/answers.ts'
import { TurnedOffBanner } from '../webhooks/TurnedOffBanner.tsx'
import { webhookStatus } from '../webhooks/webhook_status.ts'
import { t } from '../words/detail.ts'

/** What wants a decision about this webhook: it fails, it was turned off by us, or an old secret still works. */
export function WebhookBanners({ webhook, onTurnOn, showSecret }: { webhook: ListedWebhook; onTurnOn: () => void; showSecret: boolean }) {
  const status = webhookStatus(webhook)
  const secret = useQuery(queries.secretState(webhook.id))
  const now = useNow()
  const zone = useZone()
  const oldSecretUntil = secret.data?.old_secret_expires_at ?? null
  return (
    <>
      {status === 'failing' && <FailingBanner webhook={webhook} />}
      {status === 'turned_off' && <TurnedOffBanner webhook={webhook} onTurnOn={onTurnOn} />}
      {showSecret && oldSecretUntil !== null && Date.parse(oldSecretUntil) > now.getTime() && (
        <Banner
          tone="info"
          title={t('detail.old_secret_title')}
          actions={<ButtonLink size="small" to={`/settings/webhooks/${webhook.id}/settings#secret`}>{t('detail.see_secret')}</ButtonLink>}
        >
          {t('detail.old_secret', { time: exactTime(oldSecretUntil, zone) })}
        </Banner>
      )}
    </>
  )
}

function FailingBanner({ webhook }: { webhook: ListedWebhook }) {
  const { id, name, consecutive_failures, turns_off_at } = webhook
  return (
    <Banner
      tone="warning"
      title={t('detail.failing_title', { name })}
      actions={<ButtonLink size="small" to={`/settings/webhooks/${id}/deliveries?status=retrying,failed`}>{t('detail.see_failures')}</ButtonLink>}
    >
      {t('detail.failing_count', { n: consecutive_failures })}
      {' '}
      {t('detail.failing_last', { answer: lastAnswer(webhook) })}
      {turns_off_at !== null && <> {t.rich('detail.failing_turns_off', { time: <TimeText at={turns_off_at} /> })}</>}
    </Banner>
  )
}
