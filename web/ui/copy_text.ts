import { t } from '../words/every_screen.ts'
import { toastError, toastSuccess } from './Toast.tsx'

/** Copies, and says when the browser does not let us: a page that came over plain http has no clipboard at all. Whether it worked. */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text)
    return true
  } catch {
    toastError(t('common.copy_failed'))
    return false
  }
}

/** The same, and says when it worked. */
export async function copyAndSay(text: string, done: string): Promise<void> {
  if (await copyText(text)) toastSuccess(done)
}
