import { useEffect, useState } from 'react'
import { useLocation } from 'react-router'
import { usePageTitle } from '../app/usePageTitle.ts'
import type { Webhook } from '../data/webhooks.ts'
import { useRefusal } from '../session/permission.ts'
import WebhookForm from '../webhooks/WebhookForm.tsx'
import { t as detail } from '../words/detail.ts'
import { t } from '../words/settings.ts'
import { DeleteSection, TurnOffSection } from './EndSections.tsx'
import { HeadersSection } from './HeadersSection.tsx'
import { LeaveGuard } from './LeaveGuard.tsx'
import { SecretSection } from './SecretSection.tsx'
import { Section } from './Section.tsx'
import { useWebhook } from './webhook_context.ts'

/** Everything that can be changed about a webhook, in sections that are saved one by one. */
export default function SettingsPage() {
  const { webhook } = useWebhook()
  usePageTitle(detail('detail.page', { name: webhook.name, page: t('settings.title') }))
  const refusal = useRefusal()
  const mayNotChange = refusal('manage')
  const [dirtyGeneral, setDirtyGeneral] = useState(false)
  const [dirtyHeaders, setDirtyHeaders] = useState(false)
  useScrollToHash()
  return (
    <div className="divide-y divide-border">
      <Section id="general" title={t('settings.general')} help={t('settings.general_help')}>
        {/* What is typed stays, whatever has become of one's role since: it can be copied at least. */}
        {mayNotChange === null || dirtyGeneral
          ? <WebhookForm organizationId={webhook.organization_id} webhook={webhook} onDirtyChange={setDirtyGeneral} />
          : <ReadOnly reason={mayNotChange} />}
      </Section>
      <SecretSection />
      <HeadersSection onDirtyChange={setDirtyHeaders} mayNotChange={dirtyHeaders ? null : mayNotChange} />
      <TurnOffSection />
      <DeleteSection />
      <LeaveGuard dirty={dirtyGeneral || dirtyHeaders} />
    </div>
  )
}

/** For those who may look and not change: what is set, and whom to ask. */
function ReadOnly({ reason }: { reason: string }) {
  const { webhook } = useWebhook()
  const { name, url, events } = webhook
  const rows = [[t('settings.name'), name], [t('settings.url'), url], [t('settings.events'), events.includes('*') ? t('settings.all_events') : events.join(', ')], [t('settings.payload'), payloadText(webhook)]] as const
  return (
    <>
      <p className="mb-3 rounded-lg bg-muted px-3 py-2.5">{reason}</p>
      <dl className="divide-y divide-border">
        {rows.map(([label, value]) => (
          <div key={label} className="grid gap-x-4 gap-y-0.5 py-2.5 sm:grid-cols-[9rem_minmax(0,1fr)]">
            <dt className="text-muted-foreground">{label}</dt>
            <dd className="wrap-anywhere">{value}</dd>
          </div>
        ))}
      </dl>
    </>
  )
}

function payloadText({ payload, included_fields, excluded_fields, transformation }: Webhook): string {
  const fields = (paths: readonly string[]) => ({ fields: paths.join(', ') })
  const parts = [
    ...(payload === 'thin' ? [t('settings.payload_thin')] : []),
    ...(included_fields ? [t('settings.payload_included', fields(included_fields))] : []),
    ...(excluded_fields ? [t('settings.payload_excluded', fields(excluded_fields))] : []),
    ...(transformation === null ? [] : [t('settings.payload_transformed')]),
  ]
  return parts.length === 0 ? t('settings.payload_full') : parts.join(' · ')
}

/** `…/settings#secret` leads to the section and puts the focus on its heading. */
function useScrollToHash() {
  const { hash } = useLocation()
  useEffect(() => {
    if (hash === '') return
    const heading = document.getElementById(`${hash.slice(1)}-heading`)
    heading?.focus({ preventScroll: true })
    heading?.scrollIntoView({ block: 'start' })
  }, [hash])
}
