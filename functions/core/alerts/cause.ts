import type { ErrorCode } from '../outcome.ts'

/** Why attempts fail, in words for people who are not engineers, and what helps. */
export type PlainCause = { sentence: string; advice: string }

const byError: Partial<Record<ErrorCode, (host: string) => PlainCause>> = {
  dns_failed: (host) => ({ sentence: `The name ${host} was not found.`, advice: 'Check the address for typing mistakes.' }),
  connect_refused: (host) => ({ sentence: `${host} did not accept the connection.`, advice: 'Check that the server runs and is open to the internet.' }),
  connect_timeout: (host) => ({ sentence: `${host} did not accept the connection.`, advice: 'Check that the server runs and is open to the internet.' }),
  tls_failed: (host) => ({ sentence: `The certificate of ${host} is not valid.`, advice: 'Renew the certificate, or send its full chain.' }),
  blocked_address: (host) => ({ sentence: `${host} points to a private address.`, advice: 'Use an address that is public.' }),
  insecure_url: () => ({ sentence: 'The address does not start with https://.', advice: 'Change it to https:// in the settings.' }),
  timeout: (host) => ({ sentence: `${host} did not answer in time.`, advice: 'Answer 2xx first, and do the work afterwards.' }),
  connection_reset: (host) => ({ sentence: `The answer of ${host} broke off.`, advice: 'Look for a crash, or for a proxy that cuts answers short.' }),
  invalid_response: (host) => ({ sentence: `${host} did not answer in HTTP.`, advice: 'Check that a web server listens at this address and port.' }),
  event_too_large: () => ({ sentence: 'Its events have more than 1 MB, or too many levels inside each other, so nothing was sent.', advice: 'Keep what is large or deep out of the row, and send a link to it.' }),
  transformation_failed: () => ({ sentence: 'Its transformation failed, so nothing was sent.', advice: 'Change the transformation in the settings.' }),
  network_error: (host) => ({ sentence: `The connection to ${host} failed on the way.`, advice: 'Check that the server can be reached from the internet.' }),
}

/** The cause behind the last failed attempt; null when there is none to tell of. */
export function plainCause({ host, statusCode, errorCode }: { host: string; statusCode: number | null; errorCode: string | null }): PlainCause | null {
  const known = byError[errorCode as ErrorCode]
  if (known !== undefined) return known(host)
  if (statusCode === null) return null
  if (errorCode === 'redirect') return { sentence: `${host} answered ${statusCode}. Redirects are not followed.`, advice: 'Use the final address.' }
  switch (statusCode) {
    case 401: case 403: return { sentence: `${host} refused the requests (${statusCode}).`, advice: 'Compare the signing secret, and check signatures over the raw body.' }
    case 404: return { sentence: `There is no page at this address of ${host} (404).`, advice: 'Check the path.' }
    case 405: return { sentence: `${host} does not accept POST at this address (405).`, advice: 'Check the path, and that it takes POST.' }
    case 410: return { sentence: `${host} says that this address is gone (410).`, advice: 'Use another address, or answer 2xx there again.' }
    case 413: return { sentence: `${host} says that requests are too large (413).`, advice: 'Raise the limit for request bodies on the server.' }
    case 429: return { sentence: `${host} asked us to slow down (429).`, advice: 'Set a rate limit for this webhook.' }
  }
  if (statusCode >= 500) return { sentence: `${host} had an error (${statusCode}).`, advice: 'Look into the log of the server.' }
  return { sentence: `${host} answered ${statusCode}.`, advice: 'What it answered is in the list of deliveries.' }
}
