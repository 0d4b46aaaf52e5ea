import { Check, Copy } from 'lucide-react'
import { t } from '../words/every_screen.ts'
import { Button } from './Button.tsx'
import { useCopy, type Copied } from './copy_text.ts'
import { VisuallyHidden } from './VisuallyHidden.tsx'

type CopyButtonProps = {
  text: Copied
  /** What is copied: "URL", "signing secret". */
  what: string
  /** With the word "Copy" beside the icon. */
  wide?: boolean
  /** The text could not be got. */
  onFailed?: (error: unknown) => void
}

export function CopyButton({ text, what, wide = false, onFailed }: CopyButtonProps) {
  const { copied, copy } = useCopy()
  const icon = copied ? <Check aria-hidden className="text-success" /> : <Copy aria-hidden />
  return (
    <>
      <Button
        variant={wide ? 'secondary' : 'quiet'}
        size={wide ? 'small' : 'icon_small'}
        aria-label={t('common.copy_of', { what })}
        icon={icon}
        onClick={() => void copy(text, onFailed)}
      >
        {wide && (copied ? t('common.copied') : t('common.copy'))}
      </Button>
      <VisuallyHidden role="status">{copied ? t('common.copied') : ''}</VisuallyHidden>
    </>
  )
}
