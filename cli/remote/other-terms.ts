import { isDeepStrictEqual } from 'node:util'
import { parseInstant } from '#protocol/events/instant.ts'
import type { Agreement } from './province.ts'

type Terms = Omit<Agreement, 'id'>

/** A term that an agreement has otherwise. */
export interface OtherTerm {
  readonly term: keyof Terms
  readonly wanted: unknown
  readonly found: unknown
}

/**
 * The terms in which an agreement differs from the one in the file. Any party can draft an agreement under
 * any id, and signing it puts in force what was drafted.
 */
export function otherTerms(wanted: Terms, found: Terms): readonly OtherTerm[] {
  const [ours, theirs] = [termsOf(wanted), termsOf(found)]
  const all = Object.keys(ours) as (keyof Terms)[]
  return all
    .filter((term) => !isDeepStrictEqual(ours[term], theirs[term]))
    .map((term) => ({ term, wanted: ours[term], found: theirs[term] }))
}

/** All terms, normalised for comparison. */
function termsOf({ provider, consumer, types, purpose, legalBasis, validFrom, validTo }: Terms) {
  const instant = (text = '') => {
    const at = parseInstant(text)
    return at === undefined ? text : new Date(at).toISOString()
  }
  return {
    provider,
    consumer,
    types: [...types].sort(),
    purpose,
    legalBasis,
    validFrom: instant(validFrom),
    validTo: instant(validTo)
  } satisfies Record<keyof Terms, unknown>
}
