import { Check, Copy } from 'lucide-react'
import { useEffect, useState } from 'react'
import { t } from '../words/every_screen.ts'
import { Button } from './Button.tsx'
import { toastError } from './Toast.tsx'
import { VisuallyHidden } from './VisuallyHidden.tsx'

type CopyButtonProps = {
  /** The text, or a way to get it: a secret is asked for only when it is copied. */
  text: string | (() => Promise<string>)
  /** What is copied: "URL", "signing secret". */
  what: string
  /** With the word "Copy" beside the icon. */
  wide?: boolean
  /** The text could not be got. */
  onFailed?: (error: unknown) => void
}

const asBlob = (text: string) => new Blob([text], { type: 'text/plain' })

export function CopyButton({ text, what, wide = false, onFailed }: CopyButtonProps) {
  const [copied, setCopied] = useState(false)
  useEffect(() => {
    if (!copied) return
    const timer = setTimeout(() => setCopied(false), 2_000)
    return () => clearTimeout(timer)
  }, [copied])

  async function copy() {
    let noText: unknown = null
    try {
      if (typeof text === 'string') await navigator.clipboard.writeText(text)
      // Safari allows copying only within the press itself: what has yet to come is handed over as a promise.
      else await navigator.clipboard.write([new ClipboardItem({ 'text/plain': text().then(asBlob).catch((error: unknown) => { noText = error; throw error }) })])
      setCopied(true)
    } catch {
      if (noText !== null && onFailed) onFailed(noText)
      else toastError(t('common.copy_failed'))
    }
  }
  const icon = copied ? <Check aria-hidden className="text-success" /> : <Copy aria-hidden />
  return (
    <>
      <Button
        variant={wide ? 'secondary' : 'quiet'}
        size={wide ? 'small' : 'icon_small'}
        aria-label={t('common.copy_of', { what })}
        icon={icon}
        onClick={() => void copy()}
      >
        {wide && (copied ? t('common.copied') : t('common.copy'))}
      </Button>
      <VisuallyHidden role="status">{copied ? t('common.copied') : ''}</VisuallyHidden>
    </>
  )
}
