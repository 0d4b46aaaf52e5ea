import { standardSchemaResolver } from '@hookform/resolvers/standard-schema'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useMemo, useRef, useState } from 'react'
import { useForm, type FieldPath, type UseFormReturn } from 'react-hook-form'
import { notDone, reason, toApiError, type ApiError } from '../data/errors.ts'
import { lookAgainAtRole, queries } from '../data/queries.ts'
import { config } from '../data/supabase.ts'
import { createWebhook, getLastChange, getWebhook, updateWebhook, type LastChange, type ListedWebhook, type Webhook } from '../data/webhooks.ts'
import { draftOf, leaveDraft, takeDraft } from '../session/drafts.ts'
import { t } from '../words/form.ts'
import { changedMeanwhile, createRequest, EMPTY, headersChangedMeanwhile, updateRequest, valuesOf, type FormPart, type FormValues } from './form_values.ts'
import { formSchema } from './form_rules.ts'

export type Saved = { id: string; name: string; secret: string | null }

/** `by`: null when it is not known. `isHidden`: only values of headers, which nobody can read, were changed. */
type Conflict = { theirs: Webhook; by: LastChange; isHidden: boolean }

export type WebhookFormState = {
  form: UseFormReturn<FormValues>
  /** The other webhooks of the organization: for taken names and repeated addresses. */
  others: readonly ListedWebhook[]
  submit: () => void
  isSaving: boolean
  /** Why the server did not take it, when no field is at fault. */
  refusal: string | null
  /** What somebody else saved meanwhile, and what to do about it. */
  conflict: (Conflict & { showTheirs: () => void; overwrite: () => void; dismiss: () => void }) | null
}

/** How long typing has to pause before a field is checked. */
const QUIET_MS = 400

/** The state of the create and edit form: values, rules, saving, and what can go wrong with it. */
export function useWebhookForm(
  { organizationId, webhook, initial, part = 'all', onSaved }: {
    organizationId: string
    webhook: Webhook | null
    initial?: Partial<FormValues>
    part?: FormPart
    onSaved: (saved: Saved) => void
  },
): WebhookFormState {
  const queryClient = useQueryClient()
  const webhooks = useQuery(queries.list(organizationId)).data
  const [refusal, setRefusal] = useState<string | null>(null)
  const [conflict, setConflict] = useState<Conflict | null>(null)

  const others = useMemo(() => (webhooks ?? []).filter(({ id }) => id !== webhook?.id), [webhooks, webhook?.id])
  const resolver = useMemo(
    () => standardSchemaResolver(formSchema({ names: others.map(({ name }) => name), local: config().local })),
    [others],
  )
  const form = useForm<FormValues>({
    defaultValues: webhook === null ? { ...EMPTY, ...initial } : valuesOf(webhook),
    resolver, mode: 'onTouched', shouldFocusError: true,
  })
  useChecksWhenQuiet(form)
  useDraft(form, `${organizationId}/${webhook?.id ?? 'new'}/${part}`)
  const opened = useRef(webhook)
  const { isDirty } = form.formState
  // What somebody else saves while nothing is typed here is what is edited from now on.
  useEffect(() => {
    if (webhook === null || opened.current === null || isDirty || Date.parse(webhook.updated_at) <= Date.parse(opened.current.updated_at)) return
    if (changedMeanwhile(opened.current, webhook, part)) form.reset(valuesOf(webhook))
    opened.current = webhook
  }, [webhook, part, isDirty, form])

  async function save(values: FormValues, over: Webhook | null) {
    setRefusal(null)
    try {
      if (webhook === null) {
        const { webhook: made, secret } = await createWebhook(createRequest(organizationId, values))
        await forget(made.id)
        return onSaved({ id: made.id, name: made.name, secret })
      }
      const now = over ?? await getWebhook(webhook.id)
      if (now === null) throw toApiError({ message: t('form.gone_title'), hint: 'not_found' })
      if (over === null && opened.current !== null && await asks(opened.current, now, values)) return
      const saved = await send(now, values)
      if (saved === null) return
      await forget(webhook.id)
      opened.current = saved
      form.reset(valuesOf(saved))
      onSaved({ id: webhook.id, name: saved.name, secret: null })
    } catch (error) {
      refuse(toApiError(error))
    }
  }

  /** What is saved; null when somebody else saved what this form edits. */
  async function send(now: Webhook, values: FormValues): Promise<Webhook | null> {
    const changes = updateRequest(now, values, part)
    if (Object.keys(changes).length === 0) return now
    try {
      return await updateWebhook(now.id, { ...changes, expected_updated_at: now.updated_at })
    } catch (error) {
      if (toApiError(error).code !== 'changed_meanwhile') throw error
    }
    // Between our look and our change.
    const newest = await getWebhook(now.id)
    if (newest === null) throw toApiError({ message: t('form.gone_title'), hint: 'not_found' })
    return await asks(now, newest, values) ? null : send(newest, values)
  }

  /** Asks the person what shall be, when somebody else has saved what this form edits. Says whether there was anything to ask. */
  async function asks(before: Webhook, now: Webhook, values: FormValues): Promise<boolean> {
    const isSeen = changedMeanwhile(before, now, part)
    if (!isSeen && !headersChangedMeanwhile(before, now, values, part)) return false
    // Who it was is good to know, and no reason to fail.
    setConflict({ theirs: now, by: await getLastChange(now.id).catch(() => null), isHidden: !isSeen })
    return true
  }

  async function forget(id: string) {
    await Promise.all([
      queryClient.invalidateQueries({ queryKey: queries.list(organizationId).queryKey }),
      queryClient.invalidateQueries({ queryKey: queries.limits(organizationId).queryKey }),
      queryClient.invalidateQueries({ queryKey: queries.webhook(id) }),
    ])
  }

  function refuse(error: ApiError) {
    lookAgainAtRole(queryClient, error)
    const field = fieldOf(error, form.getValues())
    if (field !== null) {
      const message = error.code === 'name_taken' ? t('invalid.name_taken', { name: form.getValues('name').trim() }) : (t.find(`url.${error.code}`) ?? error.message)
      form.setError(field, { type: 'server', message }, { shouldFocus: true })
    } else {
      setRefusal(webhook === null ? notDone(error, t('form.not_created', { reason: reason(error) })) : notDone(error, t('form.not_saved', { reason: reason(error) })))
    }
  }

  return {
    form, others, refusal,
    submit: () => void form.handleSubmit((values) => save(values, null))(),
    isSaving: form.formState.isSubmitting,
    conflict: conflict && {
      ...conflict,
      showTheirs: () => { form.reset(valuesOf(conflict.theirs)); opened.current = conflict.theirs; setConflict(null) },
      overwrite: () => { setConflict(null); void form.handleSubmit((values) => save(values, conflict.theirs))() },
      dismiss: () => setConflict(null),
    },
  }
}

/** What was typed outlives a session that ends under the form, and is here again when the same person is. */
function useDraft(form: UseFormReturn<FormValues>, name: string) {
  const { isDirty } = form.formState
  const left = useRef<() => void>(() => {})
  useEffect(() => {
    left.current = () => { if (isDirty) leaveDraft(name, form.getValues()) }
  }, [form, name, isDirty])
  useEffect(() => {
    const draft = draftOf<FormValues>(name)
    if (draft !== undefined) form.reset(draft, { keepDefaultValues: true })
    takeDraft(name)
    return () => left.current()
  }, [form, name])
}

/** Checks a field once typing pauses, so that a mistake shows before the field is left, but not while it is being made. */
function useChecksWhenQuiet(form: UseFormReturn<FormValues>) {
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined
    const stop = form.subscribe({
      formState: { values: true },
      callback: ({ name }) => {
        clearTimeout(timer)
        if (name === undefined) return
        timer = setTimeout(() => {
          if (form.getValues(name as FieldPath<FormValues>) !== '') void form.trigger(name as FieldPath<FormValues>)
        }, QUIET_MS)
      },
    })
    return () => {
      clearTimeout(timer)
      stop()
    }
  }, [form])
}

const fields: Record<string, FieldPath<FormValues>> = {
  name: 'name', url: 'url', events: 'events', secret: 'secret', filter: 'filter', timeout_ms: 'timeout', rate_limit: 'rateLimit',
  max_concurrency: 'maxConcurrency', description: 'description', payload: 'payload', included_fields: 'fields', excluded_fields: 'fields',
  transformation: 'transformation',
}

/** The field of the form that the server's `field` means. */
function fieldOf({ field }: ApiError, { headers }: FormValues): FieldPath<FormValues> | null {
  const [first = '', second] = field?.split('.') ?? []
  if (first === 'headers') {
    const index = headers.findIndex(({ name }) => name.trim().toLowerCase() === second?.toLowerCase())
    return index < 0 ? null : `headers.${index}.name`
  }
  return fields[first] ?? null
}
