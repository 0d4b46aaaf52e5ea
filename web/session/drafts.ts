// What was typed into a form when the session ended under it. The same person finds it again in this tab; nobody else does.
type Drafts = { of: string; isOpen: boolean; texts: Map<string, unknown> }

let drafts: Drafts | null = null

/** The session of this person ended by itself: what they typed may be left until they are back. */
export function waitFor(userId: string): void {
  drafts = { of: userId, isOpen: true, texts: new Map() }
}

/** This person is signed in. What another one left is gone, and what is thrown away from now on is meant to be. */
export function welcome(userId: string): void {
  if (drafts === null) return
  drafts.isOpen = false
  if (drafts.of !== userId) drafts = null
}

/** Whoever signs out leaves nothing. */
export function forgetDrafts(): void {
  drafts = null
}

/** Leaves what is in a form that goes. Only when it goes because the session ended. */
export function leaveDraft(form: string, text: unknown): void {
  if (drafts?.isOpen) drafts.texts.set(form, text)
}

/** What was left in this form; it is here until `takeDraft`. */
export function draftOf<Text>(form: string): Text | undefined {
  return drafts?.isOpen === false ? (drafts.texts.get(form) as Text | undefined) : undefined
}

export function takeDraft(form: string): void {
  drafts?.texts.delete(form)
}
