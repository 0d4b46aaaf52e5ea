import { useMutation, useQuery } from '@tanstack/react-query'
import { useWatch } from 'react-hook-form'
import { notDone, reason } from '../data/errors.ts'
import { inboxUrl, openInbox } from '../data/inbox.ts'
import { config } from '../data/supabase.ts'
import { checkUrlOnServer } from '../data/webhooks.ts'
import { Field } from '../ui/Field.tsx'
import { useQuiet } from '../ui/useQuiet.ts'
import { t } from '../words/form.ts'
import { urlProblem, urlWarning } from './form_rules.ts'
import type { WebhookFormState } from './useWebhookForm.ts'

const PREFIX = 'https://'

/** The address: its shape is checked here, whether it leads anywhere public by the server, both while typing. */
export function UrlField({ organizationId, state: { form, others } }: { organizationId: string; state: WebhookFormState }) {
  const url = useWatch({ control: form.control, name: 'url' })
  const quiet = useQuiet(url.trim(), 400)
  const saved = form.formState.defaultValues?.url ?? ''
  const shape = urlProblem(url, config().local)
  const check = useQuery({
    queryKey: ['check_url', quiet],
    queryFn: ({ signal }) => checkUrlOnServer(quiet, signal),
    enabled: quiet !== '' && quiet === url.trim() && quiet !== saved && shape === null,
    staleTime: 60_000, retry: false,
  })
  const inbox = useMutation({
    mutationFn: () => openInbox(organizationId),
    onSuccess: (made) => form.setValue('url', inboxUrl(made), { shouldDirty: true, shouldValidate: true, shouldTouch: true }),
  })

  const refused = check.data?.ok === false && shape === null ? (t.find(`url.${check.data.code}`) ?? check.data.message ?? t('url.private_address')) : undefined
  return (
    <Field
      label={t('form.url')}
      error={form.formState.errors.url?.message ?? refused ?? (inbox.isError ? notDone(inbox.error, t('form.test_address_failed', { reason: reason(inbox.error) })) : undefined)}
      warning={url.trim() === saved ? null : urlWarning(url, others)}
      hint={check.isFetching ? t('form.checking_url') : t('form.url_hint')}
      aside={(
        <>
          {t('form.no_server')}
          {' '}
          <button type="button" className="link" aria-busy={inbox.isPending} onClick={() => { if (!inbox.isPending) inbox.mutate() }}>{t('form.use_test_address')}</button>
        </>
      )}
    >
      {(parts) => <input {...parts} {...form.register('url')} className="field font-mono text-[0.8125rem]" type="url" inputMode="url" dir="ltr" spellCheck={false} autoComplete="off" placeholder={PREFIX} />}
    </Field>
  )
}
