import { useCallback } from 'react'
import { useSearchParams } from 'react-router'

const PANELS = ['create', 'edit', 'test'] as const
export type Panel = { panel: (typeof PANELS)[number]; hook?: string; event?: string }

/** The dialog that the address asks for: `?panel=create`, `?panel=edit&hook=ID`, `?panel=test&hook=ID&event=TYPE`. */
export function usePanel(): { panel: Panel | null; openPanel: (panel: Panel) => void; closePanel: () => void } {
  const [search, setSearch] = useSearchParams()
  const name = PANELS.find((each) => each === search.get('panel'))
  const hook = search.get('hook'), event = search.get('event_type')

  const openPanel = useCallback(({ panel, hook: webhookId, event: type }: Panel) => {
    setSearch((before) => {
      const after = withoutPanel(before)
      after.set('panel', panel)
      if (webhookId !== undefined) after.set('hook', webhookId)
      if (type !== undefined) after.set('event_type', type)
      return after
    })
  }, [setSearch])
  // Replaces: after closing, Back leads to where the person came from and does not open the dialog again.
  const closePanel = useCallback(() => setSearch(withoutPanel, { replace: true }), [setSearch])

  return {
    panel: name === undefined ? null : { panel: name, ...(hook === null ? {} : { hook }), ...(event === null ? {} : { event }) },
    openPanel, closePanel,
  }
}

function withoutPanel(search: URLSearchParams): URLSearchParams {
  const rest = new URLSearchParams(search)
  for (const name of ['panel', 'hook', 'event_type']) rest.delete(name)
  return rest
}
