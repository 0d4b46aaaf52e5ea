import { LogIn } from 'lucide-react'
import { useState, type FormEvent } from 'react'
import { Logo } from '../app/Logo.tsx'
import { usePageTitle } from '../app/usePageTitle.ts'
import { reason, toApiError } from '../data/errors.ts'
import { config, supabase } from '../data/supabase.ts'
import { Button } from '../ui/Button.tsx'
import { Field } from '../ui/Field.tsx'
import { t } from '../words/session.ts'

type Errors = { email?: string; password?: string; form?: string }

export default function SignInPage() {
  usePageTitle(t('session.title'))
  const [errors, setErrors] = useState<Errors>({})
  const [pending, setPending] = useState(false)

  async function signIn(email: string, password: string) {
    if (pending) return
    setPending(true)
    setErrors({})
    const { error } = await supabase().auth.signInWithPassword({ email, password })
    // Auth answers 400 for both a wrong name and a wrong password, on purpose.
    if (error) setErrors({ form: error.status === 400 ? t('session.wrong') : reason(toApiError(error, error.status)) })
    setPending(false)
  }

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    const email = String(form.get('email')).trim(), password = String(form.get('password'))
    if (email !== '' && password !== '') return void signIn(email, password)
    setErrors({ ...(email === '' ? { email: t('session.enter_email') } : {}), ...(password === '' ? { password: t('session.enter_password') } : {}) })
    event.currentTarget.querySelector<HTMLInputElement>(email === '' ? '[name=email]' : '[name=password]')?.focus()
  }

  const { local, demoUsers } = config()
  return (
    <main className="mx-auto flex min-h-dvh w-full max-w-sm flex-col justify-center px-4 py-10">
      <Logo className="size-10" />
      <h1 className="mt-5 text-xl font-semibold tracking-tight">{t('session.title')}</h1>
      <p className="mt-1 text-muted-foreground">{t('session.lead')}</p>
      <form noValidate className="mt-6" onSubmit={submit}>
        <Field label={t('session.email')} error={errors.email}>
          {(parts) => <input {...parts} className="field" name="email" type="email" autoComplete="username" autoFocus />}
        </Field>
        <Field label={t('session.password')} error={errors.password} className="mt-2">
          {(parts) => <input {...parts} className="field" name="password" type="password" autoComplete="current-password" />}
        </Field>
        <Button type="submit" variant="primary" className="mt-3 w-full" aria-busy={pending} icon={<LogIn aria-hidden />}>
          {pending ? t('session.signing_in') : t('session.sign_in')}
        </Button>
        <p role="alert" className="mt-2 min-h-5 text-danger">{errors.form}</p>
      </form>
      {local && demoUsers.length > 0 && (
        <section aria-labelledby="demo" className="mt-4 border-t border-border pt-5">
          <h2 id="demo" className="font-semibold">{t('session.demo_title')}</h2>
          <p className="mt-0.5 text-muted-foreground">{t('session.demo_lead')}</p>
          <ul className="mt-3 space-y-1.5">
            {demoUsers.map(({ email, password, role, organization }) => (
              <li key={email}>
                <button
                  type="button"
                  className="card relative flex w-full items-center justify-between gap-3 px-3 py-2 text-start hover:bg-muted"
                  onClick={() => void signIn(email, password)}
                >
                  <span className="sr-only">{t('session.demo_as', { email, role, organization })}</span>
                  <span aria-hidden className="min-w-0 truncate font-medium">{email}</span>
                  <span aria-hidden className="shrink-0 text-[0.8125rem] text-muted-foreground">{role} · {organization}</span>
                </button>
              </li>
            ))}
          </ul>
        </section>
      )}
    </main>
  )
}
