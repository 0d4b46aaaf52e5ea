import { Check } from 'lucide-react'
import type { ReactNode } from 'react'
import { t } from '../words/every_screen.ts'
import { Button } from './Button.tsx'
import { useCopy } from './copy_text.ts'
import { VisuallyHidden } from './VisuallyHidden.tsx'

/** A button with words that copies what is made when it is pressed. `unavailable`: why there is nothing to copy. */
export function CopyAction({ label, icon, text, unavailable = null }: { label: string; icon: ReactNode; text: () => string; unavailable?: string | null }) {
  const { copied, copy } = useCopy()
  return (
    <>
      <Button size="small" icon={copied ? <Check aria-hidden className="text-success" /> : icon} unavailable={unavailable} onClick={() => void copy(text())}>{label}</Button>
      <VisuallyHidden role="status">{copied ? t('common.copied') : ''}</VisuallyHidden>
    </>
  )
}
