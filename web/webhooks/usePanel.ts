import { useCallback } from 'react'
import { useSearchParams } from 'react-router'

const PANELS = ['create', 'created', 'edit', 'test'] as const
export type Panel = { panel: (typeof PANELS)[number]; hook?: string; event?: string; url?: string }
type OpenPanel = (panel: Panel, options?: { replace?: boolean }) => void

/** The dialog that the address asks for: `?panel=create&url=URL&event_type=TYPE`, `?panel=created&hook=ID`, `?panel=edit&hook=ID`, `?panel=test&hook=ID&event_type=TYPE`. */
export function usePanel(): { panel: Panel | null; openPanel: OpenPanel; closePanel: () => void } {
  const [search, setSearch] = useSearchParams()
  const name = PANELS.find((each) => each === search.get('panel'))
  const hook = search.get('hook'), event = search.get('event_type'), url = search.get('url')

  const openPanel = useCallback<OpenPanel>(({ panel, hook: webhookId, event: type, url: address }, { replace = false } = {}) => {
    setSearch((before) => {
      const after = withoutPanel(before)
      after.set('panel', panel)
      if (webhookId !== undefined) after.set('hook', webhookId)
      if (type !== undefined) after.set('event_type', type)
      if (address !== undefined) after.set('url', address)
      return after
    }, { replace })
  }, [setSearch])
  // Replaces: after closing, Back leads to where the person came from and does not open the dialog again.
  const closePanel = useCallback(() => setSearch(withoutPanel, { replace: true }), [setSearch])

  return {
    panel: name === undefined ? null : { panel: name, ...(hook === null ? {} : { hook }), ...(event === null ? {} : { event }), ...(url === null ? {} : { url }) },
    openPanel, closePanel,
  }
}

function withoutPanel(search: URLSearchParams): URLSearchParams {
  const rest = new URLSearchParams(search)
  for (const name of ['panel', 'hook', 'event_type', 'url']) rest.delete(name)
  return rest
}
