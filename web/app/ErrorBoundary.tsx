import { Component, type ReactNode } from 'react'
import { t } from '../words/shell.ts'
import { Button } from '../ui/Button.tsx'
import { Empty } from '../ui/Empty.tsx'

type ErrorBoundaryProps = {
  children: ReactNode
  /** What is shown. When it changes, the failure is left behind: the way to other pages stays open. */
  page?: string
}

/** A mistake of ours, or a chunk that a new release has replaced: reloading helps against both. */
export class ErrorBoundary extends Component<ErrorBoundaryProps, { failed: boolean; page: string | undefined }> {
  override state = { failed: false, page: this.props.page }

  static getDerivedStateFromProps({ page }: ErrorBoundaryProps, state: { page: string | undefined }) {
    return page === state.page ? null : { failed: false, page }
  }

  static getDerivedStateFromError() {
    return { failed: true }
  }

  override render() {
    if (!this.state.failed) return this.props.children
    return (
      <div role="alert" className="mx-auto max-w-2xl p-6">
        <Empty isPage title={t('shell.crashed_title')} actions={<Button variant="primary" onClick={() => location.reload()}>{t('shell.reload')}</Button>}>
          {t('shell.crashed')}
        </Empty>
      </div>
    )
  }
}
