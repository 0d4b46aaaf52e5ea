import { useMemo, useState } from 'react'
import { t } from '../words/every_screen.ts'
import { CopyButton } from './CopyButton.tsx'
import { cx } from './cx.ts'
import { codeTokens, jsonTokens, type Token } from './tokens.ts'

/** Past this many characters coloring costs more than it helps. */
const PLAIN_FROM = 100_000

type CodeProps = {
  text: string
  /** What is copied, when it is not what is shown. */
  copied?: string
  /** What it is, for the copy button and for screen readers. */
  label: string
  language?: 'json' | 'code' | 'text'
  className?: string
  /** Whether the person may switch line wrapping. */
  wrappable?: boolean
  /** No higher than a few lines: where something more important follows. */
  short?: boolean
}

/** Code with colors, made of elements: no HTML from outside, no inline style. */
export function Code({ text, copied = text, label, language = 'code', className, wrappable = false, short = false }: CodeProps) {
  const [wrapped, setWrapped] = useState(true)
  const large = text.length > PLAIN_FROM
  const tokens = useMemo<Token[]>(() => {
    if (large || language === 'text') return [[null, text]]
    return language === 'json' ? jsonTokens(text) : codeTokens(text)
  }, [text, language, large])
  return (
    <div className={cx('relative rounded-lg border border-border bg-muted', className)}>
      <div className="absolute top-0 right-0 flex gap-1 rounded-lg bg-muted p-1">
        {wrappable && (
          <button type="button" aria-pressed={wrapped} className="h-7 rounded-md px-2 text-xs text-muted-foreground hover:text-foreground aria-pressed:text-foreground" onClick={() => setWrapped(!wrapped)}>
            {t('common.wrap_lines')}
          </button>
        )}
        <CopyButton text={copied} what={label} />
      </div>
      <pre
        tabIndex={0}
        role="region"
        aria-label={label}
        dir="ltr"
        className={cx('overflow-auto p-3 pr-11 font-mono text-[0.8125rem] leading-5', short ? 'max-h-44' : 'max-h-96', wrappable ? 'pt-10' : 'pt-4', wrappable && wrapped ? 'whitespace-pre-wrap wrap-anywhere' : 'whitespace-pre')}
      >
        <code>{tokens.map(([kind, piece], index) => (kind === null ? piece : <span key={index} className={`token-${kind}`}>{piece}</span>))}</code>
      </pre>
      {large && <p className="border-t border-border px-3 py-1.5 text-xs text-muted-foreground">{t('common.plain_text')}</p>}
    </div>
  )
}
