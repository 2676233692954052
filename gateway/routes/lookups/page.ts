import type { FastifyReply } from 'fastify'
import Type from 'typebox'
import { BusError } from '#protocol/errors/bus-error.ts'
import { parseInstant } from '#protocol/events/instant.ts'

/** Members of the query of every list. `place`: what a `next` looks like; anything else is refused, not the first page. */
export const pageMembers = (place: string) => ({
  after: Type.Optional(
    Type.String({
      maxLength: 300,
      pattern: place,
      description: 'The `next` of the page before; without it the first page.'
    })
  ),
  limit: Type.Optional(
    Type.String({
      pattern: '^[1-9][0-9]{0,2}$',
      description: 'Maximum number of items; default 100, at most 500.'
    })
  )
})

/** Items on a page of a list. */
export const maxLimit = 500

/** Where a page begins, and how long it is at most. */
export function pageOf({ after, limit = '100' }: { readonly after?: string; readonly limit?: string }): {
  readonly after?: string
  readonly limit: number
} {
  return { limit: Math.min(Number(limit), maxLimit), ...(after === undefined ? {} : { after }) }
}

/** Links the next page (RFC 8288). */
export function linkNext(
  reply: FastifyReply,
  path: string,
  query: Readonly<Record<string, string>>,
  next: string | undefined
): void {
  if (next === undefined) return
  reply.header('link', `<${path}?${new URLSearchParams({ ...query, after: next })}>; rel="next"`)
}

/** An instant in a query, in milliseconds since the epoch. Throws `BUS_QUERY_INVALID`. */
export function instantOf(name: string, text: string): number {
  const instant = parseInstant(text)
  if (instant !== undefined) return instant
  const problem = 'must be an RFC 3339 time, such as 2026-11-24T07:00:00+07:00'
  const problemVi = 'phải là thời điểm theo RFC 3339, như 2026-11-24T07:00:00+07:00'
  throw new BusError('BUS_QUERY_INVALID', 'query-invalid', { values: { name, problem, problemVi } })
}
