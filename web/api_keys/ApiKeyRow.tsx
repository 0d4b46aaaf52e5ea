import type { ApiKey } from '../data/api_keys.ts'
import { Badge } from '../ui/Badge.tsx'
import { Button } from '../ui/Button.tsx'
import { useNow } from '../ui/clock.ts'
import { TimeText } from '../ui/Time.tsx'
import { t } from '../words/api_keys.ts'

/** One key: its name and beginning, what it may do, and how long it has been idle. */
export function ApiKeyRow({ apiKey: { id, name, prefix, scopes, created_at, last_used_at, expires_at }, onRevoke }: { apiKey: ApiKey; onRevoke: () => void }) {
  const now = useNow()
  const hasEnded = expires_at !== null && Date.parse(expires_at) <= now.getTime()
  return (
    <li className="flex flex-wrap items-start justify-between gap-x-4 gap-y-3 p-4">
      <div className="min-w-0 flex-1 basis-64 space-y-1.5">
        <div className="flex flex-wrap items-center gap-x-2.5 gap-y-1">
          <h2 className="min-w-0 font-medium wrap-anywhere">{name}</h2>
          <code className="font-mono text-[0.8125rem] text-muted-foreground">{prefix}…</code>
          {hasEnded && <Badge tone="warning">{t('keys.ended')}</Badge>}
        </div>
        <ul className="flex flex-wrap gap-1.5">
          {scopes.map((scope) => <li key={scope}><Badge tone="neutral">{t.find(`keys.scope_${scope}`) ?? scope}</Badge></li>)}
        </ul>
        <p className="flex flex-wrap gap-x-2 text-[0.8125rem] text-muted-foreground">
          <span>{t.rich('keys.created', { time: <TimeText at={created_at} /> })}</span>
          <span aria-hidden>·</span>
          <span>{last_used_at === null ? t('keys.never_used') : t.rich('keys.last_used', { time: <TimeText at={last_used_at} /> })}</span>
          {expires_at !== null && !hasEnded && (
            <>
              <span aria-hidden>·</span>
              <span>{t.rich('keys.ends', { time: <TimeText at={expires_at} /> })}</span>
            </>
          )}
        </p>
      </div>
      <Button id={`revoke-${id}`} variant="danger_quiet" size="small" aria-label={t('keys.revoke_of', { name })} onClick={onRevoke}>{t('keys.revoke')}</Button>
    </li>
  )
}
