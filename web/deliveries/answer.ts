// What came back, in a few words: for tables and filters. The whole sentence is in webhooks/causes.ts.
import { t } from '../words/deliveries.ts'
import { answerText } from '../webhooks/answers.ts'

/** The name of an answer as counts and filters have it: "200 OK", "5xx", "No answer in time", "Host not found". */
export function answerName(answer: string): string {
  if (/^\d{3}$/.test(answer)) return answerText(Number(answer))
  return t.find(`answer.${answer}`) ?? answer
}

export const isSuccess = (answer: string) => /^2/.test(answer)

/** What a row says of the last attempt: the status code, else why there was none. Null before the first attempt. */
export function shortAnswer({ last_status_code: code, last_error_code: error }: { last_status_code: number | null; last_error_code: string | null }): string | null {
  if (code !== null) return String(code)
  return error === null ? null : answerName(error)
}
