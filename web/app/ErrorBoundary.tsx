import { Component, type ReactNode } from 'react'
import { t } from '../words/shell.ts'
import { Button } from '../ui/Button.tsx'
import { Empty } from '../ui/Empty.tsx'

/** A mistake of ours, or a chunk that a new release has replaced: reloading helps against both. */
export class ErrorBoundary extends Component<{ children: ReactNode }, { failed: boolean }> {
  override state = { failed: false }

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
