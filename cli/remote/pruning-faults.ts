import { agencyOf } from '#protocol/events/event.ts'
import type { Present } from './control-present.ts'
import type { Province } from './province.ts'
import type { FaultInFile } from './province-fault.ts'
import { type Mention, mentionsIn } from './province-mentions.ts'
import type { Removal } from './removals.ts'

/** What is to be taken away, and by whom. */
export interface Pruning {
  readonly removals: readonly Removal[]
  readonly system: string
  /** The key that the acts are signed with. */
  readonly kid: string
}

/** The parent that an agency keeps, as no act takes it away; at the place of the agency's code. */
function parentInBus(code: Mention | undefined, { agencies }: Present): Mention | undefined {
  const parent = agencies.get(`/agencies/${code?.text}`)?.parent
  return code && typeof parent === 'string' ? { text: parent, path: code.path } : undefined
}

/** Why what a file does not have must not be taken away. */
export function faultsOfPruning(
  province: Province,
  present: Present,
  { removals, system, kid }: Pruning
): readonly FaultInFile[] {
  const acts = removals.map(({ acts: [first] }) => first.body)
  const closing = new Set(
    acts.flatMap(({ act, resource }) => (act === 'agency.closed' ? agencyOf(resource) : []))
  )
  const { agencies, agreements } = mentionsIn(province)
  const open = agreements.filter(
    ({ id }) => present.agreements.get(`/agreements/${id?.text}`)?.status !== 'ended'
  )
  const named = [
    ...agencies
      .filter(({ code }) => present.agencies.get(`/agencies/${code?.text}`)?.status !== 'closed')
      .flatMap(({ code, parent, successor }) => [parent ?? parentInBus(code, present), successor]),
    ...open.flatMap(({ provider, consumer }) => [provider, consumer])
  ]
  const endsItself = acts.some(
    ({ act, resource, kid: retired }) =>
      resource === system && (act === 'system.revoked' || (act === 'key.retired' && retired === kid))
  )
  return [
    ...named.flatMap((mention) =>
      mention && closing.has(mention.text)
        ? { fault: 'prune.needed' as const, path: mention.path, values: { code: mention.text } }
        : []
    ),
    ...(endsItself ? [{ fault: 'prune.self' as const, path: [], values: { resource: system } }] : [])
  ]
}
