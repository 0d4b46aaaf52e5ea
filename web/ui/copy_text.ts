import { useEffect, useState } from 'react'
import { t } from '../words/every_screen.ts'
import { toastError, toastSuccess } from './toasts.ts'

/** A text, or a way to get it: a secret is asked for only when it is copied. */
export type Copied = string | (() => Promise<string>)

const asBlob = (text: string) => new Blob([text], { type: 'text/plain' })

/**
 * Copies, and says when the browser does not let us: a page that came over plain http has no clipboard at all. Whether it worked.
 * `onNoText`: the text itself could not be got.
 */
export async function copyText(text: Copied, onNoText?: (error: unknown) => void): Promise<boolean> {
  let noText: unknown = null
  try {
    if (typeof text === 'string') await navigator.clipboard.writeText(text)
    // Safari allows copying only within the press itself: what has yet to come is handed over as a promise.
    else await navigator.clipboard.write([new ClipboardItem({ 'text/plain': text().then(asBlob).catch((error: unknown) => { noText = error; throw error }) })])
    return true
  } catch {
    if (noText !== null && onNoText) onNoText(noText)
    else toastError(t('common.copy_failed'))
    return false
  }
}

/** The same, and says when it worked. */
export async function copyAndSay(text: string, done: string): Promise<void> {
  if (await copyText(text)) toastSuccess(done)
}

/** For what shows by itself that it has copied: `copied` for two seconds. */
export function useCopy(): { copied: boolean; copy: typeof copyText } {
  const [copied, setCopied] = useState(false)
  useEffect(() => {
    if (!copied) return
    const timer = setTimeout(() => setCopied(false), 2_000)
    return () => clearTimeout(timer)
  }, [copied])
  return {
    copied,
    async copy(...what) {
      const worked = await copyText(...what)
      if (worked) setCopied(true)
      return worked
    },
  }
}
