import { Plus, Webhook } from 'lucide-react'
import type { ReactNode } from 'react'
import { Link } from 'react-router'
import { Button } from '../ui/Button.tsx'
import { t } from '../words/help.ts'

/** The list before there is anything in it: what a webhook is, and the three steps to the first one. */
export default function FirstWebhook({ onCreate, unavailable }: { onCreate: () => void; unavailable: string | null }) {
  const steps: [title: string, help: ReactNode][] = [
    [t('first.address'), t.rich('first.address_help', { link: <Link className="link" to="/settings/webhooks/inbox">{t('first.address_link')}</Link> })],
    [t('first.events'), t.rich('first.events_help', { link: <Link className="link" to="/settings/webhooks/events">{t('first.events_link')}</Link> })],
    [t('first.test'), t('first.test_help')],
  ]
  return (
    <section aria-labelledby="first" className="card flex flex-col items-center px-5 py-10 text-center sm:px-10 sm:py-14">
      <div aria-hidden className="mb-4 flex size-12 items-center justify-center rounded-full bg-accent text-accent-foreground"><Webhook className="size-6" /></div>
      <h2 id="first" className="text-lg font-semibold tracking-tight">{t('first.title')}</h2>
      <p className="mt-1 max-w-prose text-balance text-muted-foreground">{t('first.lead')}</p>
      <ol className="mt-8 grid w-full max-w-3xl gap-3 text-start sm:grid-cols-3">
        {steps.map(([title, help], index) => (
          <li key={title} className="rounded-lg border border-border p-4">
            <span aria-hidden className="flex size-6 items-center justify-center rounded-full bg-muted text-xs font-semibold">{index + 1}</span>
            <h3 className="mt-3 font-medium">{title}</h3>
            <p className="mt-0.5 text-[0.8125rem] text-muted-foreground">{help}</p>
          </li>
        ))}
      </ol>
      <Button id="create-webhook" variant="primary" className="mt-8" icon={<Plus aria-hidden />} onClick={onCreate} unavailable={unavailable}>{t('common.create_webhook')}</Button>
      {unavailable !== null && <p aria-hidden className="mt-2 text-[0.8125rem] text-muted-foreground">{unavailable}</p>}
    </section>
  )
}
