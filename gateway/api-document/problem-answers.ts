import { catalogue, type ErrorCode } from '#protocol/errors/catalogue.ts'
import { faults } from '#protocol/errors/faults.ts'
import { problemName, problemTypeBase } from '#protocol/errors/problem.ts'
import type { TokenKind } from '../plugins/authentication.ts'
import { traceId } from './examples.ts'

/** An answer that several operations share, and its name among the components. */
export interface NamedAnswer {
  readonly status: number
  readonly name: string
  readonly answer: object
}

/** What decides which codes an operation can answer, whatever it does. */
export interface OperationTraits {
  readonly token: TokenKind
  /** Whether a person may use it in a session of the console. */
  readonly isForPeople: boolean
  readonly hasParameters: boolean
  readonly hasBody: boolean
  readonly hasRefusalPages: boolean
}

/** Codes of every operation: rules for all requests, shares, and faults of the bus itself. */
const ofAll: readonly ErrorCode[] = [
  'BUS_REQUEST_INVALID',
  'BUS_REQUEST_TOO_LARGE',
  'BUS_MEDIA_TYPE_UNSUPPORTED',
  'BUS_TOO_MANY_REQUESTS',
  'BUS_STOPPING',
  'BUS_OVERLOADED',
  'BUS_STORE_UNAVAILABLE',
  'BUS_INTERNAL'
]

/** A cookie of the console counts at every address that needs a token. */
const ofTokens: readonly ErrorCode[] = [
  'BUS_TOKEN_INVALID',
  'BUS_SESSION_INVALID',
  'BUS_NOT_PERMITTED',
  'BUS_CONTROL_STALE',
  'BUS_LOG_UNAVAILABLE'
]

/** The codes of operations with these traits. */
export function usualCodes(traits: OperationTraits): readonly ErrorCode[] {
  const { token, isForPeople, hasParameters, hasBody } = traits
  const isBound = token === 'act' || token === 'publish'
  return [
    ...ofAll,
    ...(token === 'none' ? [] : ofTokens),
    ...(isBound ? (['BUS_SUBMISSION_MISMATCH'] as const) : []),
    ...(isBound && isForPeople ? (['BUS_STEP_UP_REQUIRED'] as const) : []),
    ...(hasParameters ? (['BUS_QUERY_INVALID'] as const) : []),
    ...(hasBody ? (['BUS_REQUEST_TIMEOUT', 'BUS_JSON_INVALID'] as const) : [])
  ]
}

/** The answers of these codes, one for each status. */
export function problemAnswers(
  codes: readonly ErrorCode[],
  { hasRefusalPages }: OperationTraits
): readonly NamedAnswer[] {
  const byStatus = Map.groupBy([...new Set(codes)].sort(), (code) => catalogue[code].status)
  return Array.from(byStatus, ([status, own]) => ({
    status,
    name: `${hasRefusalPages ? 'page' : 'problem'}.${status}.${own.map(problemName).join('.')}`,
    answer: problemAnswer(status, own, hasRefusalPages ? pages : {})
  }))
}

const pages = {
  'text/html': {
    schema: { type: 'string' },
    example: '<!doctype html><title>Log-in is not accepted</title>'
  }
}

function problemAnswer(status: number, codes: readonly ErrorCode[], others: object): object {
  const [first] = codes
  return {
    description: codes.map((code) => `\`${code}\`: ${catalogue[code].title}.`).join(' '),
    ...headersOf(status),
    content: {
      'application/problem+json': {
        schema: {
          allOf: [
            { $ref: '#/components/schemas/Problem' },
            { properties: { status: { const: status }, code: { type: 'string', enum: codes } } }
          ]
        },
        ...(first ? { example: exampleOf(first) } : {})
      },
      ...others
    }
  }
}

function exampleOf(code: ErrorCode): object {
  const { status, title } = catalogue[code]
  const detail = code === 'BUS_NOT_FOUND' ? faults['not-found'].en : `${title}.`
  return { type: problemTypeBase + problemName(code), title, status, detail, code, traceId }
}

/** The headers that come with some statuses. */
export function headersOf(status: number): { readonly headers?: object } {
  if (status === 401) {
    const description = 'Always `Bearer`.'
    return { headers: { 'www-authenticate': { description, schema: { type: 'string' } } } }
  }
  if (status !== 429 && status !== 503) return {}
  const description = 'Seconds to wait before the request is sent again.'
  return { headers: { 'retry-after': { description, schema: { type: 'integer', minimum: 1 } } } }
}
