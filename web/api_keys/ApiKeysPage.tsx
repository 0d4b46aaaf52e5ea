import { useQuery } from '@tanstack/react-query'
import { KeyRound, Lock, Plus } from 'lucide-react'
import { useState } from 'react'
import { usePageTitle } from '../app/usePageTitle.ts'
import { apiUrl, type ApiKey } from '../data/api_keys.ts'
import { queries } from '../data/queries.ts'
import { useOrganization } from '../session/organization.tsx'
import { useRefusal } from '../session/permission.ts'
import { Button } from '../ui/Button.tsx'
import { Empty } from '../ui/Empty.tsx'
import { Problem } from '../ui/Problem.tsx'
import { Skeleton } from '../ui/Skeleton.tsx'
import { t } from '../words/api_keys.ts'
import { ApiKeyRow } from './ApiKeyRow.tsx'
import { CreateKeyDialog } from './CreateKeyDialog.tsx'
import { RevokeDialog } from './RevokeDialog.tsx'

const CREATE = 'create-key'

/** The API keys of the organization: what they may do, when they were used, and the way to end one. */
export default function ApiKeysPage() {
  usePageTitle(t('keys.title'))
  const { organization } = useOrganization()
  const refusal = useRefusal()('manage_keys')
  const keys = useQuery({ ...queries.apiKeys(organization.id), enabled: refusal === null })
  const [creates, setCreates] = useState(false)
  const [revoked, setRevoked] = useState<ApiKey | null>(null)
  const create = <Button id={CREATE} variant="primary" icon={<Plus aria-hidden />} onClick={() => setCreates(true)}>{t('keys.create')}</Button>
  return (
    <div className="space-y-4">
      <header className="flex flex-wrap items-start justify-between gap-x-6 gap-y-3">
        <div className="min-w-0">
          <h1 className="text-xl leading-7 font-semibold tracking-tight">{t('keys.title')}</h1>
          <p className="mt-0.5 max-w-prose text-muted-foreground">
            {t.rich('keys.lead', { api: <a className="link" href={apiUrl('/openapi.json')} target="_blank" rel="noreferrer">{t('keys.api')}</a>, organization: organization.name })}
          </p>
        </div>
        {keys.data !== undefined && keys.data.length > 0 && create}
      </header>
      {refusal !== null
        ? <Empty icon={<Lock />} title={t('keys.members_title')}>{refusal}</Empty>
        : keys.isPending
          ? <Skeleton label={t('keys.loading')} />
          : keys.data === undefined
            ? <Problem title={t('keys.not_loaded')} error={keys.error} onRetry={() => void keys.refetch()} />
            : keys.data.length === 0
              ? <Empty icon={<KeyRound />} title={t('keys.first_title')} actions={create}>{t('keys.first')}</Empty>
              : (
                  <ul aria-label={t('keys.list', { organization: organization.name })} className="card divide-y divide-border">
                    {keys.data.map((key) => <ApiKeyRow key={key.id} apiKey={key} onRevoke={() => setRevoked(key)} />)}
                  </ul>
                )}
      {creates && <CreateKeyDialog names={keys.data?.map(({ name }) => name) ?? []} onClose={() => setCreates(false)} returnTo={CREATE} />}
      {revoked !== null && <RevokeDialog apiKey={revoked} onClose={() => setRevoked(null)} />}
    </div>
  )
}
