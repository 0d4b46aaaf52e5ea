import { CircleHelp, ShieldCheck, ShieldOff, ShieldX } from 'lucide-react'
import type { ReactNode } from 'react'
import type { InboxRequest } from '../data/inbox.ts'
import { t } from '../words/inbox.ts'

const looks: Record<InboxRequest['signature'], [icon: ReactNode, color: string]> = {
  valid: [<ShieldCheck key="icon" />, 'text-success'],
  invalid: [<ShieldX key="icon" />, 'text-danger'],
  unsigned: [<ShieldOff key="icon" />, 'text-warning'],
  unknown: [<CircleHelp key="icon" />, 'text-neutral'],
}

/** What we think of the signature: by shape, word and color. */
export function Verdict({ signature }: Pick<InboxRequest, 'signature'>) {
  const [icon, color] = looks[signature]
  return (
    <span className={`inline-flex items-center gap-1.5 text-[0.8125rem] font-medium whitespace-nowrap [&_svg]:size-4 ${color}`}>
      <span aria-hidden className="inline-flex">{icon}</span>
      {t(`inbox.signature_${signature}`)}
    </span>
  )
}
