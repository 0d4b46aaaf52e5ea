import { useQuery } from '@tanstack/react-query'
import { SearchX } from 'lucide-react'
import { useRef } from 'react'
import { Link, useParams, useSearchParams } from 'react-router'
import { useShortcuts } from '../app/shortcuts.ts'
import { oneOf, text, useUrlState } from '../app/url_state.ts'
import { usePageTitle } from '../app/usePageTitle.ts'
import { apiUrl } from '../data/api_keys.ts'
import type { Direction, EventType } from '../data/catalog.ts'
import { queries } from '../data/queries.ts'
import { useOrganization } from '../session/organization.tsx'
import { Button, ButtonLink } from '../ui/Button.tsx'
import { cx } from '../ui/cx.ts'
import { Empty } from '../ui/Empty.tsx'
import { Problem } from '../ui/Problem.tsx'
import { SearchInput } from '../ui/SearchInput.tsx'
import { Select } from '../ui/Select.tsx'
import { Skeleton } from '../ui/Skeleton.tsx'
import { useCurrentInSight } from '../ui/useCurrentInSight.ts'
import { FROM_LG, useMedia } from '../ui/useMedia.ts'
import { byCategory, categoryName } from '../webhooks/event_groups.ts'
import { DIRECTIONS } from '../webhooks/webhook_filters.ts'
import { t } from '../words/catalog_page.ts'
import { EventDetail } from './EventDetail.tsx'

const parameters = { q: text(), direction: oneOf<Direction | 'all'>(['all', ...DIRECTIONS], 'all') }

export default function CatalogPage() {
  usePageTitle(t('common.event_catalog'))
  const types = useQuery(queries.eventTypes())
  const { type: name } = useParams()
  const wide = useMedia(FROM_LG)
  return (
    <div className="space-y-5">
      <header className={wide || name === undefined ? undefined : 'sr-only'}>
        <h1 className="text-xl font-semibold tracking-tight">{t('common.event_catalog')}</h1>
        <p className="mt-0.5 text-muted-foreground">
          {t('catalog.lead')} {t.rich('catalog.documents', {
            events: <a className="link" href={apiUrl('/asyncapi.json')} target="_blank" rel="noreferrer">{t('catalog.asyncapi')}</a>,
            api: <a className="link" href={apiUrl('/openapi.json')} target="_blank" rel="noreferrer">{t('catalog.openapi')}</a>,
          })}
        </p>
      </header>
      {types.isPending && <Skeleton rows={4} label={t('catalog.loading')} />}
      {types.isError && types.data === undefined && <Problem title={t('catalog.not_loaded')} error={types.error} onRetry={() => void types.refetch()} />}
      {types.data && <Catalog types={types.data} name={name} wide={wide} />}
    </div>
  )
}

/** The list beside the chosen event; below 1024 px one of the two. */
function Catalog({ types, name, wide }: { types: EventType[]; name: string | undefined; wide: boolean }) {
  const { organization } = useOrganization()
  const webhooks = useQuery(queries.list(organization.id)).data ?? []
  const [filters, change] = useUrlState(parameters)
  const search = useRef<HTMLInputElement>(null)
  useShortcuts({ '/': () => search.current?.focus() })

  const wanted = filters.q.trim().toLowerCase()
  const shown = types.filter((type) => (filters.direction === 'all' || type.direction === filters.direction)
    && [type.name, type.description, categoryName(type.category)].some((part) => part.toLowerCase().includes(wanted)))
  const chosen = name === undefined ? (wide ? shown[0] : undefined) : types.find((type) => type.name === name)

  return (
    <div className="grid items-start gap-6 lg:grid-cols-[19rem_minmax(0,1fr)]">
      {(wide || name === undefined) && (
        <div className="space-y-3 lg:sticky lg:top-20">
          <SearchInput ref={search} label={t('picker.search')} value={filters.q} onChange={(event) => change({ q: event.target.value })} />
          <div className="flex items-center justify-between gap-2">
            <Select
              prefixed
              size="small"
              label={t('common.direction')}
              value={filters.direction}
              onChange={(direction) => change({ direction })}
              options={[{ value: 'all', label: t('common.all') }, ...DIRECTIONS.map((value) => ({ value, label: t(`common.${value}`) }))]}
            />
            <p role="status" className="text-[0.8125rem] text-muted-foreground">{t('catalog.count', { n: shown.length })}</p>
          </div>
          {shown.length === 0
            ? <Empty icon={<SearchX />} title={t('picker.no_match', { q: filters.q })} actions={<Button onClick={() => change({ q: '', direction: 'all' })}>{t('common.clear_filters')}</Button>} />
            : <EventNav types={shown} current={chosen?.name} />}
        </div>
      )}
      {chosen && <EventDetail type={chosen} webhooks={webhooks} />}
      {name !== undefined && !chosen && (
        <Empty icon={<SearchX />} title={t('catalog.unknown', { name })} actions={<ButtonLink to="/settings/webhooks/events">{t('catalog.all_events')}</ButtonLink>}>
          {t('catalog.unknown_help')}
        </Empty>
      )}
    </div>
  )
}

function EventNav({ types, current }: { types: readonly EventType[]; current: string | undefined }) {
  const [search] = useSearchParams()
  const list = useRef<HTMLElement>(null)
  useCurrentInSight(list, current)
  return (
    <nav ref={list} aria-label={t('common.event_catalog')} className="card relative overflow-y-auto overscroll-contain p-1.5 lg:max-h-[calc(100dvh-13rem)]">
      {byCategory(types).map(([category, inCategory]) => (
        <section key={category} aria-label={categoryName(category)}>
          <h2 className="flex justify-between px-2.5 pt-2.5 pb-1 text-xs font-medium text-muted-foreground">
            {categoryName(category)}
            <span>{inCategory.length}</span>
          </h2>
          <ul>
            {inCategory.map(({ name, direction }) => (
              <li key={name}>
                <Link
                  to={{ pathname: `/settings/webhooks/events/${name}`, search: search.toString() }}
                  aria-current={name === current ? 'page' : undefined}
                  className={cx('flex items-center justify-between gap-2 rounded-md px-2.5 py-1.5', name === current ? 'bg-accent text-accent-foreground' : 'hover:bg-muted')}
                >
                  <span className="truncate font-mono text-[0.8125rem]">{name}</span>
                  <span className={cx('text-xs', name === current ? '' : 'text-muted-foreground')}>{t(`common.${direction}`)}</span>
                </Link>
              </li>
            ))}
          </ul>
        </section>
      ))}
    </nav>
  )
}
