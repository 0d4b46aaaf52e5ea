/** For `finalFocus` of a dialog that no trigger of its own opened: the first of these elements that is still there, else the page's heading. */
export function returnFocusTo(...ids: (string | undefined)[]): () => HTMLElement | null {
  return () => ids.map((id) => (id === undefined ? null : document.getElementById(id))).find((element) => element !== null)
    ?? document.querySelector<HTMLElement>('#content')
}
