/** Headers as any framework has them: `Headers`, Node's `request.headers`, or a plain object in whatever case. */
export type HeadersLike = { get(name: string): string | null } | Readonly<Record<string, string | readonly string[] | undefined>>

/** The header of that name (in lower case); undefined when it is absent or empty. */
export function readHeader(headers: HeadersLike, name: string): string | undefined {
  const value = isHeaders(headers) ? headers.get(name) : findIn(headers, name)
  return value === null || value === undefined || value.trim() === '' ? undefined : value.trim()
}

function isHeaders(headers: HeadersLike): headers is { get(name: string): string | null } {
  return typeof headers.get === 'function'
}

function findIn(headers: Readonly<Record<string, string | readonly string[] | undefined>>, name: string): string | undefined {
  const exact = headers[name] ?? Object.entries(headers).find(([key]) => key.toLowerCase() === name)?.[1]
  return typeof exact === 'string' || exact === undefined ? exact : exact.join(' ')
}
