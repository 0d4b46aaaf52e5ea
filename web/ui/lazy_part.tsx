import { Component, lazy, Suspense, type ComponentType, type LazyExoticComponent, type ReactNode } from 'react'
import { t } from '../words/every_screen.ts'
import { Problem } from './Problem.tsx'

/**
 * A part of a page whose code is fetched when it is shown. When it does not come (no connection, or a new release has replaced it), that is
 * said in its place: the page around it stays, with what was typed there.
 */
export function lazyPart<Props extends object>(load: () => Promise<{ default: ComponentType<Props> }>, waiting: ReactNode): ComponentType<Props> {
  const made: { part: LazyExoticComponent<ComponentType<Props>> } = { part: lazy(load) }
  // React remembers a failure for good.
  const again = () => { made.part = lazy(load) }
  return function Part(props: Props) {
    return <PartBoundary again={again}>{() => <Suspense fallback={waiting}><made.part {...props} /></Suspense>}</PartBoundary>
  }
}

class PartBoundary extends Component<{ again: () => void; children: () => ReactNode }, { error: unknown }> {
  override state: { error: unknown } = { error: null }

  static getDerivedStateFromError(error: unknown) {
    return { error }
  }

  override render() {
    if (this.state.error === null) return this.props.children()
    return (
      <Problem
        title={t('common.part_not_loaded')}
        error={this.state.error}
        onRetry={() => {
          this.props.again()
          this.setState({ error: null })
        }}
      />
    )
  }
}
