/** The mark: a row, and the hook that hangs from it. */
export function Logo({ className = 'size-7' }: { className?: string }) {
  return (
    <svg aria-hidden viewBox="0 0 32 32" className={className}>
      <rect width="32" height="32" rx="8" className="fill-[#2b50d6]" />
      <g fill="none" stroke="#fff" strokeWidth="2.6" strokeLinecap="round" strokeLinejoin="round">
        <path d="M8 9.5h16" />
        <path d="M16 9.5v8.2a4.6 4.6 0 1 1-4.6 4.6" />
      </g>
      <circle cx="24" cy="9.5" r="2.2" fill="#fff" />
    </svg>
  )
}
