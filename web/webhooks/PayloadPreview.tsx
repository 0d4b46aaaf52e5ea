import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { EventType } from '../data/catalog.ts'
import { previewBodies, type PayloadChoice, type PreviewedBody } from '../data/payload.ts'
import { useZone } from '../ui/clock.ts'
import { Json } from '../ui/Json.tsx'
import { Problem } from '../ui/Problem.tsx'
import { Segments } from '../ui/Segments.tsx'
import { Select } from '../ui/Select.tsx'
import { Skeleton } from '../ui/Skeleton.tsx'
import { exactTime } from '../ui/time_format.ts'
import { useQuiet } from '../ui/useQuiet.ts'
import { t } from '../words/payload.ts'

const QUIET_MS = 500

type PayloadPreviewProps = {
  organizationId: string
  types: readonly Pick<EventType, 'name'>[]
  format: string
  choice: PayloadChoice
  /** Shows the place of a mistake: so many characters of the transformation end with it. */
  onGoTo: (position: number) => void
}

/** The last events of a type, as they would be sent. Asked of the server once typing pauses: it has the events, and runs transformations. */
export function PayloadPreview({ organizationId, types, format, choice, onGoTo }: PayloadPreviewProps) {
  const [wantedType, setType] = useState('')
  const type = types.find(({ name }) => name === wantedType)?.name ?? types[0]?.name ?? null
  // Null while there is nothing to ask: what was typed last is not what is asked next.
  const asked = useQuiet(type === null ? null : JSON.stringify({ organization_id: organizationId, event_type: type, format, ...choice }), QUIET_MS)
  const preview = useQuery({
    queryKey: ['preview', asked],
    queryFn: ({ signal }) => previewBodies(JSON.parse(asked ?? '') as Parameters<typeof previewBodies>[0], signal),
    enabled: type !== null && asked !== null,
    placeholderData: keepPreviousData,
    staleTime: 30_000,
    retry: false,
  })
  return (
    <section aria-label={t('payload.preview')} className="space-y-2.5 rounded-lg border border-border p-3">
      <div className="flex flex-wrap items-center gap-2">
        <h4 className="me-auto font-medium">{t('payload.preview')}</h4>
        {type !== null && types.length > 1 && (
          <Select size="small" label={t('payload.preview_event')} value={type} onChange={setType} options={types.map(({ name }) => ({ value: name, label: name }))} />
        )}
      </div>
      {type === null ? <p className="text-muted-foreground">{t('payload.preview_none')}</p>
        : preview.isError ? <Problem title={t('payload.preview_failed')} error={preview.error} onRetry={() => void preview.refetch()} />
          : preview.data === undefined ? <Skeleton rows={1} rowClass="h-40" label={t('payload.preview_loading')} />
            : <Bodies bodies={preview.data} isOld={preview.isPlaceholderData} onGoTo={onGoTo} />}
    </section>
  )
}

function Bodies({ bodies, isOld, onGoTo }: { bodies: readonly PreviewedBody[]; isOld: boolean; onGoTo: (position: number) => void }) {
  const zone = useZone()
  const [wanted, setWanted] = useState('')
  const [side, setSide] = useState<'before' | 'after'>('after')
  const shown = bodies.find(({ event_id }) => event_id === wanted) ?? bodies[0]
  if (shown === undefined) return null
  const { problem, before, after } = shown
  const text = side === 'before' ? before : after
  return (
    <div className="space-y-2.5" aria-busy={isOld}>
      <div className="flex flex-wrap items-center gap-2">
        <Segments label={t('payload.show')} value={side} onChange={setSide} options={[{ value: 'before', label: t('payload.before') }, { value: 'after', label: t('payload.after') }]} />
        {bodies.length > 1 && (
          <Select
            size="small" label={t('payload.preview_which')} value={shown.event_id ?? ''} onChange={setWanted}
            options={bodies.map(({ event_id, occurred_at }) => ({ value: event_id ?? '', label: exactTime(occurred_at, zone) }))}
          />
        )}
      </div>
      {shown.event_id === null && <p className="text-[0.8125rem] text-muted-foreground">{t('payload.preview_of_sample')}</p>}
      <div role="status">
        {problem !== null && (
          <p className="text-danger">
            {t('payload.problem', { problem: problem.message })}
            {problem.position !== null && (
              <>
                {' '}
                <button type="button" className="link" onClick={() => onGoTo(problem.position ?? 0)}>{t('payload.go_to_place')}</button>
              </>
            )}
          </p>
        )}
      </div>
      {text !== null && <Json text={text} label={t('payload.body')} />}
    </div>
  )
}
