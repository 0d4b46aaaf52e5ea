import { catalog } from './catalog.ts'

/** What an attempt brought back, in a few words. Keys end in the code of the server. */
export const t = catalog({
  'answer.2xx': '2xx success',
  'answer.3xx': '3xx redirect',
  'answer.4xx': '4xx rejected',
  'answer.5xx': '5xx server error',
  'answer.none': 'No answer',
  'answer.dns_failed': 'Host not found',
  'answer.connect_refused': 'Connection refused',
  'answer.connect_timeout': 'No connection',
  'answer.tls_failed': 'Invalid certificate',
  'answer.blocked_address': 'Private address',
  'answer.insecure_url': 'Not https',
  'answer.timeout': 'No answer in time',
  'answer.redirect': 'Redirect',
  'answer.http_error': 'Error status',
  'answer.connection_reset': 'Connection broke off',
  'answer.invalid_response': 'Not HTTP',
  'answer.network_error': 'Network error',
  'answer.event_too_large': 'Event too large or deep',
  'answer.transformation_failed': 'Transformation failed',
  'answer.abandoned': 'Not finished by us',
  'answer.expired': 'Expired',
})
