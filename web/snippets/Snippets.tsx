import { useId, useState } from 'react'
import { Code } from '../ui/Code.tsx'
import { t } from '../words/snippets.ts'
import curl from './send.sh?raw'
import go from './verify.go?raw'
import node from './verify.mjs?raw'
import php from './verify.php?raw'
import python from './verify.py?raw'
import ruby from './verify.rb?raw'

// Names of languages are the same in every language. The files run in tests/flow/snippets.test.ts: copied code is known to work.
const languages = [['Node', node], ['Python', python], ['Go', go], ['PHP', php], ['Ruby', ruby], ['cURL', curl]] as const

/** How to check the signature, in six languages. Lazily loaded. */
export default function Snippets() {
  const [shown, setShown] = useState<(typeof languages)[number][0]>('Node')
  const id = useId()
  const text = languages.find(([name]) => name === shown)?.[1] ?? ''
  return (
    <div>
      <div role="group" aria-label={t('snippets.language')} className="mb-2 flex flex-wrap gap-1">
        {languages.map(([name]) => (
          <button
            key={name}
            type="button"
            aria-pressed={shown === name}
            aria-controls={id}
            className="h-7 rounded-md px-2.5 text-[0.8125rem] font-medium text-muted-foreground hover:bg-muted hover:text-foreground aria-pressed:bg-accent aria-pressed:text-accent-foreground"
            onClick={() => setShown(name)}
          >
            {name}
          </button>
        ))}
      </div>
      <div id={id}><Code text={text.trimEnd()} label={t('snippets.label', { language: shown })} /></div>
    </div>
  )
}
