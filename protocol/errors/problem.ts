import { BusError, codeOf } from './bus-error.ts'
import { catalogue, type ErrorCode } from './catalogue.ts'
import { type Language, textOf } from './faults.ts'

/** Base of the problem types; the same in every deployment. The gateway serves the page at `/problems/<name>`. */
export const problemTypeBase = 'https://lienthong.dev/problems/'

/** An RFC 9457 problem document with our members. */
export interface Problem {
  /** URI of the kind of problem, the same in every deployment. */
  readonly type: string
  /** The kind of problem, as text. */
  readonly title: string
  /** The HTTP status. */
  readonly status: number
  /** What was expected, what was found, and what to change. */
  readonly detail: string
  /** The path of the request. */
  readonly instance?: string
  /** Stable error code; distinguish problems by it. */
  readonly code: ErrorCode
  /** Operators find the request in their log by this id. */
  readonly traceId?: string
  /** For an expired cursor: the time to read from, RFC 3339. */
  readonly from?: string
}

export interface ProblemContext {
  readonly language: Language
  readonly instance?: string
  readonly traceId?: string
}

/** The problem document of an error. An unexpected error reveals no detail. */
export function toProblem(error: unknown, { language, ...context }: ProblemContext): Problem {
  const code = codeOf(error)
  const { status, title, titleVi } = catalogue[code]
  return {
    type: problemTypeBase + problemName(code),
    title: language === 'vi' ? titleVi : title,
    status,
    detail: error instanceof BusError ? error.text(language) : textOf('internal', {}, language),
    code,
    ...(code === 'BUS_CURSOR_EXPIRED' && error instanceof BusError
      ? { from: String(error.values.from) }
      : {}),
    ...context
  }
}

/** `BUS_PAYLOAD_INVALID` → `payload-invalid`. */
export function problemName(code: ErrorCode): string {
  return code.slice('BUS_'.length).toLowerCase().replaceAll('_', '-')
}

/** The language of the answer: Vietnamese unless the reader prefers English (RFC 9110 `Accept-Language`). */
export function languageOf(acceptLanguage: string | undefined): Language {
  const ranges = (acceptLanguage ?? '')
    .slice(0, 200)
    .split(',')
    .map((range) => {
      const [tag = '', ...parameters] = range.trim().toLowerCase().split(';')
      const quality = parameters.find((parameter) => parameter.trim().startsWith('q='))
      return { tag, quality: quality ? Number(quality.trim().slice(2)) : 1 }
    })
  const qualityOf = (language: Language): number =>
    Math.max(
      0,
      ...ranges
        .filter(({ tag }) => tag === language || tag.startsWith(`${language}-`))
        .map(({ quality }) => quality || 0)
    )
  return qualityOf('en') > qualityOf('vi') ? 'en' : 'vi'
}
