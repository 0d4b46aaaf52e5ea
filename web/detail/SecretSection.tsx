import { useQuery } from '@tanstack/react-query'
import { RefreshCw } from 'lucide-react'
import { useState } from 'react'
import { queries } from '../data/queries.ts'
import type { SecretState } from '../data/secrets.ts'
import { useRefusal } from '../session/permission.ts'
import { Button } from '../ui/Button.tsx'
import { lazyPart } from '../ui/lazy_part.tsx'
import { Problem } from '../ui/Problem.tsx'
import { Skeleton } from '../ui/Skeleton.tsx'
import { Time } from '../ui/Time.tsx'
import { t } from '../words/secret.ts'
import { t as settings } from '../words/settings.ts'
import { OldSecret } from './OldSecret.tsx'
import { RevealSecret } from './RevealSecret.tsx'
import { RollDialog } from './RollDialog.tsx'
import { rolledAt } from './rolled_at.ts'
import { Section } from './Section.tsx'
import { useWebhook } from './webhook_context.ts'

const Snippets = lazyPart(() => import('../snippets/Snippets.tsx'), <div className="skeleton h-64" />)

export function SecretSection() {
  const { webhook } = useWebhook()
  const state = useQuery(queries.secretState(webhook.id))
  return (
    <Section id="secret" title={settings('settings.secret')} help={settings('settings.secret_help')}>
      {state.isPending
        ? <Skeleton rows={2} rowClass="h-10" />
        : state.data
          ? <Secret state={state.data} />
          : <Problem title={t('secret.not_loaded')} error={state.error} onRetry={() => void state.refetch()} />}
    </Section>
  )
}

function Secret({ state }: { state: SecretState }) {
  const { webhook } = useWebhook()
  const refusal = useRefusal()
  const [rolling, setRolling] = useState(false)
  const noAccess = refusal('read_secret')
  const rolled = rolledAt(state, webhook)
  const { secret_hint: hint, rolled_by_email: email } = state
  return (
    <div className="space-y-4">
      {hint === null
        ? (
            <div>
              <p className="font-medium">{t('secret.none_title')}</p>
              <p className="text-muted-foreground">{t('secret.none')}</p>
            </div>
          )
        : <RevealSecret webhookId={webhook.id} hint={hint} />}
      <OldSecret state={state} />
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
        <Button id="roll-secret" icon={<RefreshCw aria-hidden />} onClick={() => setRolling(true)} unavailable={noAccess}>
          {hint === null ? t('secret.create') : t('secret.roll')}
        </Button>
        {rolled !== null && (
          <span className="flex flex-wrap items-center text-[0.8125rem] text-muted-foreground">
            <span className="whitespace-pre-wrap">
              {email === null ? t.rich('secret.rolled', { time: <Time at={rolled} /> }) : t.rich('secret.rolled_by', { time: <Time at={rolled} />, email })}
            </span>
          </span>
        )}
      </div>
      {hint !== null && (
        <div className="border-t border-border pt-4">
          <h3 className="mb-2 font-medium">{t('secret.verify')}</h3>
          <Snippets />
        </div>
      )}
      {rolling && <RollDialog webhookId={webhook.id} state={state} onClose={() => setRolling(false)} />}
    </div>
  )
}
