import type { ArchivedEvent } from '#bus/archive/archived-event.ts'
import type { EventTypes } from '#bus/registry/event-types.ts'
import { BusError } from '#protocol/errors/bus-error.ts'
import type { BusEvent } from '#protocol/events/event.ts'
import type { PayloadCodec } from '#protocol/events/payload-codec.ts'
import type { Proof } from '#protocol/events/proof.ts'
import { type EventRecord, toRecord, withReceipt } from '#protocol/events/record.ts'

/**
 * The record of an archived event, as a log stores it: it decodes to the event exactly as its system wrote it. Throws
 * `BUS_CONFIG_INVALID` if its schema is not known.
 */
export function toArchivedRecord(
  { body, receipt, schemaId, ...facts }: ArchivedEvent,
  codecOf: EventTypes['codecOf']
): EventRecord & { readonly receipt: Proof } {
  const schema = knownSchema(schemaId, codecOf)
  const written = JSON.parse(body) as BusEvent // With the attributes that are null: they were signed.
  return withReceipt(toRecord(written, { ...facts, ...schema }), receipt)
}

/** Throws `BUS_CONFIG_INVALID` if the id is missing, or not registered. */
export function knownSchema(
  schemaId: number | null | undefined,
  codecOf: EventTypes['codecOf']
): { readonly schemaId: number; readonly codec: PayloadCodec } {
  if (schemaId === null || schemaId === undefined) {
    throw new BusError('BUS_CONFIG_INVALID', 'migration-schema-missing')
  }
  const codec = codecOf(schemaId)
  if (codec) return { schemaId, codec }
  throw new BusError('BUS_CONFIG_INVALID', 'migration-schema-unknown', { values: { schema: schemaId } })
}
