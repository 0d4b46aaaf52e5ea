import { Component, type ReactNode } from 'react'
import { t } from '../words/shell.ts'
import { Button } from '../ui/Button.tsx'
import { Empty } from '../ui/Empty.tsx'

type ErrorBoundaryProps = {
  children: ReactNode
  /** What is shown. When it changes, the failure is left behind: the way to other pages stays open. */
  page?: string
}

// Chromium and Firefox, Safari; and what a style sheet of a chunk says.
const NOT_FETCHED = /dynamically imported module|Importing a module script failed|Unable to preload/i

/** A mistake of ours, or a chunk that a new release has replaced: reloading helps against both. */
export class ErrorBoundary extends Component<ErrorBoundaryProps, { failed: boolean; isMissing: boolean; page: string | undefined }> {
  override state = { failed: false, isMissing: false, page: this.props.page }

  static getDerivedStateFromProps({ page }: ErrorBoundaryProps, state: { page: string | undefined }) {
    return page === state.page ? null : { failed: false, page }
  }

  static getDerivedStateFromError(error: unknown) {
    return { failed: true, isMissing: NOT_FETCHED.test(String(error)) }
  }

  override render() {
    const { failed, isMissing } = this.state
    if (!failed) return this.props.children
    return (
      <div role="alert" className="mx-auto max-w-2xl p-6">
        <Empty isPage title={t(isMissing ? 'shell.missing_title' : 'shell.crashed_title')} actions={<Button variant="primary" onClick={() => location.reload()}>{t('shell.reload')}</Button>}>
          {t(isMissing ? 'shell.missing' : 'shell.crashed')}
        </Empty>
      </div>
    )
  }
}
