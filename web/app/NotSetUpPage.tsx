import { Empty } from '../ui/Empty.tsx'
import { t } from '../words/session.ts'

/** Neither the build nor the server says where the API is. */
export function NotSetUpPage() {
  return <main role="alert" className="mx-auto max-w-2xl p-6"><Empty isPage title={t('session.no_config_title')}>{t('session.no_config')}</Empty></main>
}
