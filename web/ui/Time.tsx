import { t } from '../words/every_screen.ts'
import { useTimely, useTimeStyle } from './clock.ts'
import { CopyButton } from './CopyButton.tsx'
import { Popover } from './Popover.tsx'
import { Select } from './Select.tsx'
import { exactTime, relativeTime, upcomingTime, zoneName } from './time_format.ts'

/** A moment: short in the line, exact in three ways on focus or click. */
export function Time({ at }: { at: string | Date }) {
  const shown = useTimeText(at)
  const date = new Date(at)
  const rows = [
    [`${t('time.local')} · ${zoneName()}`, exactTime(date, 'local')],
    [t('time.utc'), date.toISOString()],
    [t('time.unix'), String(Math.floor(date.getTime() / 1000))],
  ] as const
  return (
    <Popover
      label={t('time.exact', { time: shown })}
      className="p-2"
      trigger={(
        <button type="button" className="inline-flex min-h-6 items-center rounded-sm whitespace-nowrap decoration-dotted underline-offset-4 hover:underline">
          <time dateTime={date.toISOString()}>{shown}</time>
        </button>
      )}
    >
      <dl className="text-[0.8125rem]">
        {rows.map(([name, value]) => (
          <div key={name} className="flex items-center gap-3 px-1.5 py-0.5">
            <dt className="min-w-24 flex-1 text-muted-foreground">{name}</dt>
            <dd className="flex items-center gap-1 font-mono text-xs">
              {value}
              <CopyButton text={value} what={name} />
            </dd>
          </div>
        ))}
      </dl>
    </Popover>
  )
}

/** The same as plain text, inside a sentence or a button. `isNext`: of something that is still to come. */
export function TimeText({ at, isNext = false }: { at: string | Date; isNext?: boolean }) {
  return <time dateTime={new Date(at).toISOString()}>{useTimeText(at, isNext ? upcomingTime : relativeTime)}</time>
}

function useTimeText(at: string | Date, inWords = relativeTime): string {
  const date = new Date(at)
  return useTimely((now, style) => (style === 'relative' ? inWords(date, now) : exactTime(date, style)))
}

/** Relative, local or UTC, for all times on all screens. */
export function TimeStyleSelect() {
  const [style, setStyle] = useTimeStyle()
  return (
    <Select
      size="small"
      prefixed
      label={t('time.show_times')}
      value={style}
      onChange={setStyle}
      options={[
        { value: 'relative', label: t('time.relative') },
        { value: 'local', label: `${t('time.local')} · ${zoneName()}` },
        { value: 'utc', label: t('time.utc') },
      ]}
    />
  )
}
