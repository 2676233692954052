import type { Archive } from '#bus/archive/archive.ts'
import type { RecipientStatuses } from '#bus/recipients/recipient-statuses.ts'
import { inChunks } from '#engines/store/chunks.ts'
import type { Store } from '#engines/store/store.ts'
import type { ItemResult } from '../../connector.ts'
import type { ConnectorTables } from '../connector-tables.ts'
import { digestOf } from './items.ts'

export interface ItemResultParts {
  readonly store: Store
  readonly archive: Pick<Archive, 'numbersOf'>
  readonly recipientStatuses: Pick<RecipientStatuses, 'ofEvents'>
}

/** What became of the items of these references that have an event. */
export async function readItemResults(
  { store, archive, recipientStatuses }: ItemResultParts,
  instance: string,
  references: readonly string[]
): Promise<ReadonlyMap<string, ItemResult>> {
  const byDigest = new Map(references.map((reference) => [digestOf(reference), reference]))
  const digests = [...byDigest.keys()]
  const rows = await inChunks(digests, (some) =>
    store
      .reader<ConnectorTables>()
      .selectFrom('connectorReferences')
      .select(['reference', 'event'])
      .where('instance', '=', instance)
      .where('reference', 'in', some)
      .execute()
  )
  const quarantined = await inChunks(digests, (some) =>
    store
      .reader<ConnectorTables>()
      .selectFrom('connectorItems')
      .select('digest')
      .where('instance', '=', instance)
      .where('digest', 'in', some)
      .where('state', '=', 'quarantined')
      .execute()
  )
  const faulty = new Set(quarantined.map(({ digest }) => digest))
  const numbers = await archive.numbersOf(rows.flatMap(({ event }) => event ?? []))
  const statuses = await recipientStatuses.ofEvents([...numbers.values()])
  const byEvent = Map.groupBy(statuses, ({ event }) => event)
  return new Map(
    rows.flatMap(({ reference, event }) => {
      if (event === null) return []
      const known = byEvent.get(numbers.get(event) ?? 0) ?? []
      const result: ItemResult = {
        isQuarantined: faulty.has(reference),
        recipients: new Map(known.map(({ agency, state }) => [agency, state]))
      }
      return [[byDigest.get(reference) ?? '', result] as const]
    })
  )
}
