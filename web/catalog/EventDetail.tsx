import { ArrowLeft, Plus, Send } from 'lucide-react'
import { useState } from 'react'
import { Link, useNavigate } from 'react-router'
import type { EventType } from '../data/catalog.ts'
import type { ListedWebhook } from '../data/webhooks.ts'
import { useRefusal } from '../session/permission.ts'
import { Badge } from '../ui/Badge.tsx'
import { Button } from '../ui/Button.tsx'
import { Code } from '../ui/Code.tsx'
import { CopyButton } from '../ui/CopyButton.tsx'
import { Popover } from '../ui/Popover.tsx'
import { Segments } from '../ui/Segments.tsx'
import { t } from '../words/catalog_page.ts'
import { FieldTable } from './FieldTable.tsx'
import { typescriptOf, zodOf } from './schema_code.ts'
import { Versions } from './Versions.tsx'

const listPath = '/settings/webhooks'

/** One event type: what it means, who listens, what it sends, and how to try it. */
export function EventDetail({ type, webhooks }: { type: EventType; webhooks: readonly ListedWebhook[] }) {
  const { name, direction, description, version, schema, sample } = type
  const usedBy = webhooks.filter(({ events }) => events.includes('*') || events.includes(name))
  return (
    <article aria-labelledby="event" className="card min-w-0">
      <header className="space-y-3 border-b border-border px-5 py-4">
        <Link to={`${listPath}/events`} className="link inline-flex items-center gap-1 lg:hidden"><ArrowLeft aria-hidden className="rtl:rotate-180 size-4" />{t('catalog.all_events')}</Link>
        <div className="flex flex-wrap items-center gap-x-2.5 gap-y-2">
          <h2 id="event" className="font-mono text-base font-semibold wrap-anywhere">{name}</h2>
          <CopyButton text={name} what={name} />
          <Badge tone={direction === 'inbound' ? 'accent' : 'neutral'}>{t(`common.${direction}`)}</Badge>
          <span className="text-[0.8125rem] text-muted-foreground">{t('catalog.version', { n: version })}</span>
        </div>
        <p>{description}</p>
        <p className="flex flex-wrap gap-x-1.5 text-[0.8125rem] text-muted-foreground">
          {usedBy.length === 0 ? t('catalog.used_by_none') : t('catalog.used_by')}
          {usedBy.map(({ id, name: webhook }, index) => (
            <span key={id} className="wrap-anywhere">
              <Link className="link" to={`${listPath}/${id}`}>{webhook}</Link>
              {index < usedBy.length - 1 && ','}
            </span>
          ))}
        </p>
        <Actions name={name} usedBy={usedBy} webhooks={webhooks} />
      </header>
      <section className="px-5 py-4">
        <h3 className="mb-2 font-semibold">{t('catalog.fields')}</h3>
        <FieldTable schema={schema} hasPrevious={sample.previous !== undefined} />
      </section>
      <Example key={name} type={type} />
      {version > 1 && <Versions name={name} usedBy={usedBy} />}
    </article>
  )
}

function Actions({ name, usedBy, webhooks }: { name: string; usedBy: readonly ListedWebhook[]; webhooks: readonly ListedWebhook[] }) {
  const refusal = useRefusal()
  const navigate = useNavigate()
  const testPath = (id: string) => `${listPath}?panel=test&hook=${id}&event_type=${encodeURIComponent(name)}`
  const targets = usedBy.length > 0 ? usedBy : webhooks
  const cannotTest = refusal('test') ?? (targets.length === 0 ? t('catalog.no_webhook') : null)
  const test = { size: 'small', icon: <Send aria-hidden />, unavailable: cannotTest, children: t('catalog.send_test') } as const
  const [only, second] = targets
  return (
    <div className="flex flex-wrap gap-2 pt-1">
      {cannotTest !== null || second === undefined
        ? <Button {...test} onClick={() => { if (only) void navigate(testPath(only.id)) }} />
        : (
            <Popover label={t('catalog.send_test_to')} className="w-64 p-1" trigger={<Button {...test} />}>
              <p className="px-2.5 pt-1.5 pb-1 text-xs text-muted-foreground">{t('catalog.send_test_to')}</p>
              <ul className="max-h-72 overflow-y-auto">
                {targets.map(({ id, name: webhook }) => (
                  <li key={id}><Link to={testPath(id)} className="block truncate rounded-md px-2.5 py-2 hover:bg-muted">{webhook}</Link></li>
                ))}
              </ul>
            </Popover>
          )}
      <Button
        size="small"
        icon={<Plus aria-hidden />}
        unavailable={refusal('create')}
        onClick={() => void navigate(`${listPath}?panel=create&event_type=${encodeURIComponent(name)}`)}
      >
        {t('catalog.create_for')}
      </Button>
    </div>
  )
}

// Names of languages are the same everywhere.
const LANGUAGES = ['JSON', 'TypeScript', 'zod'] as const

function Example({ type: { name, schema, sample } }: { type: EventType }) {
  const [language, setLanguage] = useState<(typeof LANGUAGES)[number]>('JSON')
  const described = { name, schema, previous: sample.previous !== undefined }
  const text = {
    JSON: () => JSON.stringify({ id: '01930000-0000-7000-8000-000000000000', event: name, timestamp: '2026-11-18T08:15:02.000Z', ...sample }, null, 2),
    TypeScript: () => typescriptOf(described),
    zod: () => zodOf(described),
  }[language]()
  return (
    <section className="border-t border-border px-5 py-4">
      <div className="mb-2 flex flex-wrap items-center justify-between gap-2">
        <h3 className="font-semibold">{t('catalog.example')}</h3>
        <Segments label={t('catalog.example_language')} value={language} onChange={setLanguage} options={LANGUAGES.map((value) => ({ value, label: value }))} />
      </div>
      <Code text={text.trimEnd()} label={`${t('catalog.example')}: ${language}`} language={language === 'JSON' ? 'json' : 'code'} />
    </section>
  )
}
