import { useQuery } from '@tanstack/react-query'
import type { EventTypeVersion } from '../data/catalog.ts'
import { queries } from '../data/queries.ts'
import type { ListedWebhook } from '../data/webhooks.ts'
import { Problem } from '../ui/Problem.tsx'
import { Skeleton } from '../ui/Skeleton.tsx'
import { useZone } from '../ui/clock.ts'
import { exactTime } from '../ui/time_format.ts'
import { t } from '../words/catalog_page.ts'
import { changesBetween } from './version_changes.ts'

/** What changed about an event type, newest first, and which webhooks were made before that. */
export function Versions({ name, usedBy }: { name: string; usedBy: readonly ListedWebhook[] }) {
  const versions = useQuery(queries.eventTypeVersions(name))
  const newest = versions.data?.[0]
  const before = newest === undefined ? [] : usedBy.filter(({ created_at }) => Date.parse(created_at) < Date.parse(newest.since))
  return (
    <section aria-labelledby="versions" className="border-t border-border px-5 py-4">
      <h3 id="versions" className="mb-2 font-semibold">{t('catalog.versions')}</h3>
      {versions.isError && versions.data === undefined ? <Problem title={t('catalog.versions_not_loaded')} error={versions.error} onRetry={() => void versions.refetch()} />
        : versions.data === undefined ? <Skeleton rows={2} rowClass="h-6" label={t('catalog.versions_loading')} />
          : (
              <ul className="space-y-2.5">
                {versions.data.map((version, index) => <Version key={version.version} version={version} before={versions.data[index + 1]} />)}
              </ul>
            )}
      {before.length > 0 && <p className="mt-3 text-[0.8125rem] text-muted-foreground wrap-anywhere">{t('catalog.made_before', { webhooks: before.map(({ name: webhook }) => webhook).join(', ') })}</p>}
    </section>
  )
}

function Version({ version: { version, schema, since }, before }: { version: EventTypeVersion; before: EventTypeVersion | undefined }) {
  const zone = useZone()
  const changes = before && changesBetween(before.schema, schema)
  const lines = changes === undefined ? [] : (['added', 'removed', 'changed'] as const)
    .filter((kind) => changes[kind].length > 0)
    .map((kind) => t(`catalog.${kind}`, { fields: changes[kind].join(', ') }))
  return (
    <li>
      <p>
        {t('catalog.version', { n: version })}
        {' '}
        <span className="text-[0.8125rem] text-muted-foreground">{t('catalog.since', { date: exactTime(since, zone) })}</span>
      </p>
      {lines.map((line) => <p key={line} className="text-[0.8125rem] text-muted-foreground wrap-anywhere">{line}</p>)}
      {changes !== undefined && lines.length === 0 && <p className="text-[0.8125rem] text-muted-foreground">{t('catalog.other_change')}</p>}
    </li>
  )
}
