import { isDeepStrictEqual } from 'node:util'
import { BusError } from '#protocol/errors/bus-error.ts'
import { parseInstant } from '#protocol/events/instant.ts'
import type { Province } from './province.ts'

type Agreement = NonNullable<Province['agreements']>[number]
type Terms = Omit<Agreement, 'id'>

/**
 * Throws `BUS_ACT_CONFLICT` if an agreement of the file exists with other terms. Any party can draft an
 * agreement under any id, and signing it puts in force what was drafted.
 */
export function refuseOtherTerms(
  agreements: readonly Agreement[],
  known: ReadonlyMap<string, Readonly<Record<string, unknown>>>
): void {
  for (const { id, ...wanted } of agreements) {
    const found = known.get(`/agreements/${id}`)
    if (found) compare(`/agreements/${id}`, termsOf(wanted), termsOf(found as Terms))
  }
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

type ComparableTerms = ReturnType<typeof termsOf>

function compare(resource: string, wanted: ComparableTerms, found: ComparableTerms): void {
  const all = Object.keys(wanted) as (keyof Terms)[]
  const [term, ...others] = all.filter((name) => !isDeepStrictEqual(wanted[name], found[name]))
  if (term === undefined) return
  throw new BusError('BUS_ACT_CONFLICT', 'agreement-terms-differ', {
    values: {
      resource,
      terms: [term, ...others].join(', '),
      term,
      found: JSON.stringify(found[term]),
      wanted: JSON.stringify(wanted[term])
    }
  })
}
