import type { BusError } from '#protocol/errors/bus-error.ts'
import type { Json } from '#protocol/events/json.ts'

/** Values of `error_code` that callers get. */
export const errorCodes = {
  ok: 0,
  malformed: 400,
  session: 401,
  notPermitted: 403,
  unknown: 404,
  tooLarge: 413,
  unusable: 422,
  busy: 503
} as const

export type ErrorNumber = (typeof errorCodes)[keyof typeof errorCodes]

export interface AnswerContent {
  readonly message?: string
  readonly session?: string
  readonly result?: Json
  readonly vitri?: string
}

/** The dialect answers with 200 and says in `error_code` what is wrong; only a caller to be put off gets a status. */
export function answer(code: ErrorNumber, content: AnswerContent = {}): Response {
  const isBusy = code === errorCodes.busy
  return Response.json(
    { error_code: code, ...content },
    isBusy ? { status: 503, headers: { 'retry-after': '30' } } : {}
  )
}

/** Whoever fetches a file reads the status. */
export function noFile(code: 404 | 410, message: string): Response {
  return Response.json({ error_code: code, message }, { status: code })
}

/** What an error means to a caller of the dialect. */
export function errorNumberOf({ code, fault }: BusError): ErrorNumber {
  if (code === 'BUS_NOT_PERMITTED' || fault === 'one-stop:codeOfOtherAgency') return errorCodes.notPermitted
  if (fault === 'one-stop:tooManyEntries' || fault === 'one-stop:tooManyExtensions')
    return errorCodes.tooLarge
  return errorCodes.unusable
}
