import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Check } from 'lucide-react'
import { useId, useRef, useState, type FormEvent } from 'react'
import { createApiKey, type Scope } from '../data/api_keys.ts'
import { notDone, reason, toApiError } from '../data/errors.ts'
import { queries } from '../data/queries.ts'
import { useOrganization } from '../session/organization.tsx'
import { Button } from '../ui/Button.tsx'
import { Checkbox } from '../ui/Checkbox.tsx'
import { CancelButton, Dialog } from '../ui/Dialog.tsx'
import { Field } from '../ui/Field.tsx'
import { returnFocusTo } from '../ui/return_focus.ts'
import { Select } from '../ui/Select.tsx'
import { t } from '../words/api_keys.ts'
import { NewKey } from './NewKey.tsx'

const CHOICES = ['write', 'secrets'] as const satisfies readonly Scope[]
/** Days until a key ends. */
const LIVES = ['never', '30', '90', '365'] as const
const DAY_MS = 24 * 3_600_000
const LONGEST_NAME = 64

/** Asks what a key is for and what it may do, makes it, and shows it in the same place: once. */
export function CreateKeyDialog({ names, onClose, returnTo }: { names: readonly string[]; onClose: () => void; returnTo: string }) {
  const { organization } = useOrganization()
  const queryClient = useQueryClient()
  const formId = useId()
  const input = useRef<HTMLInputElement>(null)
  const [name, setName] = useState('')
  const [scopes, setScopes] = useState<ReadonlySet<Scope>>(new Set())
  const [life, setLife] = useState<(typeof LIVES)[number]>('never')
  const [asked, setAsked] = useState(false)
  const create = useMutation({
    mutationFn: () => createApiKey({
      organization_id: organization.id, name: name.trim(), scopes: ['read', ...scopes],
      expires_at: life === 'never' ? null : new Date(Date.now() + Number(life) * DAY_MS).toISOString(),
    }),
    onSettled: () => queryClient.invalidateQueries({ queryKey: queries.apiKeys(organization.id).queryKey }),
    gcTime: 0,
  })
  const taken = names.includes(name.trim()) || (create.isError && toApiError(create.error).code === 'name_taken')
  const problem = !asked ? undefined : name.trim() === '' ? t('keys.name_missing') : taken ? t('keys.name_taken') : undefined

  if (create.isSuccess) return <NewKey token={create.data} onClose={onClose} returnTo={returnTo} />

  function submit(event: FormEvent) {
    event.preventDefault()
    setAsked(true)
    if (name.trim() === '' || names.includes(name.trim())) return input.current?.focus()
    if (!create.isPending) create.mutate()
  }
  const choose = (scope: Scope, on: boolean) => setScopes((before) => new Set([...before].filter((one) => one !== scope).concat(on ? scope : [])))

  return (
    <Dialog
      open
      width="small"
      dismissable={false}
      title={t('keys.create')}
      onClose={onClose}
      pending={create.isPending}
      finalFocus={returnFocusTo(returnTo)}
      footer={(
        <>
          <CancelButton pending={create.isPending} />
          <Button type="submit" form={formId} variant="primary" aria-busy={create.isPending}>{create.isPending ? t('keys.creating') : t('keys.create')}</Button>
        </>
      )}
    >
      <form id={formId} noValidate className="space-y-4" onSubmit={submit}>
        <Field label={t('keys.name')} hint={t('keys.name_hint')} error={problem}>
          {(parts) => <input {...parts} ref={input} className="field" autoComplete="off" maxLength={LONGEST_NAME} value={name} onChange={(event) => { create.reset(); setName(event.target.value) }} />}
        </Field>
        <fieldset>
          <legend className="mb-2 font-medium">{t('keys.scopes')}</legend>
          <ul className="space-y-2.5">
            <li className="flex items-start gap-2.5">
              <Check aria-hidden className="m-0.5 size-5 shrink-0 text-muted-foreground" />
              <div className="min-w-0">
                <p className="font-medium">{t('keys.scope_read')}</p>
                <p className="text-[0.8125rem] text-muted-foreground">{t('keys.scope_read_help')}</p>
              </div>
            </li>
            {CHOICES.map((scope) => (
              <li key={scope} className="flex items-start gap-2.5">
                <Checkbox id={`${formId}-${scope}`} describedBy={`${formId}-${scope}-help`} checked={scopes.has(scope)} onChange={(on) => choose(scope, on)} />
                <div className="min-w-0">
                  <label htmlFor={`${formId}-${scope}`} className="font-medium">{t(`keys.scope_${scope}`)}</label>
                  <p id={`${formId}-${scope}-help`} className="text-[0.8125rem] text-muted-foreground">{t(`keys.scope_${scope}_help`)}</p>
                </div>
              </li>
            ))}
          </ul>
        </fieldset>
        <Field label={t('keys.expires')}>
          {({ id, 'aria-describedby': describedBy }) => (
            <Select
              id={id}
              label={t('keys.expires')}
              describedBy={describedBy}
              value={life}
              onChange={setLife}
              options={LIVES.map((value) => ({ value, label: value === 'never' ? t('keys.expires_never') : t('keys.expires_days', { n: Number(value) }) }))}
            />
          )}
        </Field>
        {create.isError && !taken && <p role="alert" className="rounded-md bg-danger-soft px-3 py-2 text-danger">{notDone(create.error, t('keys.not_created', { reason: reason(create.error) }))}</p>}
      </form>
    </Dialog>
  )
}
