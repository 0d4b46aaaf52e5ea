import { ButtonLink } from '../ui/Button.tsx'
import { Empty } from '../ui/Empty.tsx'
import { t } from '../words/shell.ts'
import { usePageTitle } from './usePageTitle.ts'

export function NotFoundPage() {
  usePageTitle(t('shell.not_found_title'))
  return (
    <Empty isPage title={t('shell.not_found_title')} actions={<ButtonLink to="/settings/webhooks" variant="primary">{t('shell.all_webhooks')}</ButtonLink>}>
      {t('shell.not_found')}
    </Empty>
  )
}
