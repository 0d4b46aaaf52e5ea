import { NoAnswer } from '../config.ts'
import { Button } from '../ui/Button.tsx'
import { Empty } from '../ui/Empty.tsx'
import { t } from '../words/session.ts'

/** Neither the build nor the server says where the API is; or the server could not be asked, which another try may change. */
export function NotSetUpPage({ error }: { error: unknown }) {
  return (
    <main className="mx-auto max-w-2xl p-6">
      <div role="alert">
        {error instanceof NoAnswer
          ? <Empty isPage title={t('session.no_answer_title')} actions={<Button variant="primary" onClick={() => location.reload()}>{t('common.try_again')}</Button>}>{t('common.connection_lost')}</Empty>
          : <Empty isPage title={t('session.no_config_title')}>{t('session.no_config')}</Empty>}
      </div>
    </main>
  )
}
