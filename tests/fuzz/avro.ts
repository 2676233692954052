import { isDeepStrictEqual } from 'node:util'
import { emptyControlState } from '#bus/control/control-state.ts'
import { createEventTypes } from '#bus/registry/event-types.ts'
import { applyRegistration } from '#bus/registry/registry-state.ts'
import { createProjection } from '#consumers/projector/project-records.ts'
import { noTracing } from '#engines/telemetry/tracing.ts'
import type { BusEvent } from '#protocol/events/event.ts'
import { subjectOfType } from '#protocol/events/event-subjects.ts'
import { busPublicJwk, goodRecords, namesOf, type RecordInput, schemas, toLogRecord } from './avro-records.ts'
import { refusal } from './edxml.ts'
import { mutateRecord } from './mutate-record.ts'
import { canonically, leafOf } from './strict-reading.ts'
import type { Surface, Verdict } from './surface.ts'

/** What the projector makes of a record, and its payload decoded by itself, whatever its headers say. */
interface Projected {
  readonly taken: readonly { readonly event: BusEvent; readonly hash: string; readonly body: string }[]
  readonly reason: string
  readonly thrown?: unknown
  readonly payload?: { readonly schema: number; readonly data: object }
  readonly payloadThrown?: unknown
}

/**
 * Records from a log that strangers may write to, through the projector's own
 * decision, and their payloads through the decoder. Nothing forged is accepted
 * means: what is taken is what a receipt of the bus was given for, under its
 * own hash; and whatever is decoded, of whoever's bytes, is the same when it is
 * encoded and decoded again. The bytes may differ: Avro leaves blocks and the
 * length of numbers free.
 */
export async function openAvro(): Promise<Surface> {
  const seeds = await goodRecords()
  const genuine = new Set(seeds.map(namesOf))
  const state = { ...emptyControlState(), lastAct: 1 }
  for (const { type, text } of schemas) {
    const subject = subjectOfType(type)
    applyRegistration(state.registry, { subject, type, text, references: [], owner: '/bus', act: 1 })
  }
  state.busKeys.set(busPublicJwk.kid, { jwk: busPublicJwk } as never)
  const eventTypes = createEventTypes(state.registry)
  const project = createProjection({
    control: { state, sync: async () => {} } as never,
    eventTypes,
    tracing: noTracing
  })

  const ask = async (input: RecordInput): Promise<Projected> => {
    const record = toLogRecord(input)
    const schema =
      record.value.length < 5
        ? undefined
        : schemas[Buffer.from(record.value).readUInt32BE(1) % schemas.length]
    const decoded = decodedBy(schema, record.value)
    try {
      const { events, quarantined } = await project([record])
      const reason = quarantined[0]?.reason ?? ''
      if (reason.startsWith('it cannot be read')) throw new TypeError(reason) // An error that nobody meant.
      return { ...decoded, taken: events, reason }
    } catch (thrown) {
      return { ...decoded, taken: [], reason: '', thrown }
    }
  }

  const judge = (input: RecordInput, answer: Projected): Verdict => {
    const { taken, reason, thrown, payload, payloadThrown } = answer
    const inside =
      payloadThrown === undefined
        ? { novelty: `payload ${payload?.schema}` }
        : refusal(payloadThrown, ['BUS_PAYLOAD_INVALID'])
    if ('broken' in inside) return inside as Verdict
    // A record of ours under an act or a schema that is not known yet is waited for.
    const outside =
      thrown === undefined
        ? { code: taken.length > 0 ? 'accepted' : `quarantined: ${reason}`, novelty: reason }
        : refusal(thrown, ['BUS_CONTROL_STALE'])
    const verdict = {
      ...outside,
      novelty: `${outside.novelty} ${inside.novelty} ${Object.keys(payload?.data ?? {}).join()}`
    }
    if ('broken' in outside) return verdict
    const why =
      taken.map((event) => forgery(input, event)).find((one) => one !== undefined) ??
      (payload && difference(payload))
    return why === undefined ? verdict : { ...verdict, broken: { oracle: 'forged', why } }
  }

  const forgery = (
    input: RecordInput,
    { event, hash, body }: Projected['taken'][number]
  ): string | undefined => {
    if (!genuine.has(namesOf(input))) return `no receipt was given for ${namesOf(input)}`
    if (leafOf(event).toString('hex') !== hash || canonically(event) !== body)
      return `not what ${hash} names: ${body}`
    return hash === input.headers.bus_hash ? undefined : 'another hash than the receipt names'
  }

  return {
    name: 'avro',
    seeds,
    mutate: (parent, other, random) => mutateRecord(parent as RecordInput, other as RecordInput, random),
    ask: (input) => ask(input as RecordInput),
    judge: (input, answer) => judge(input as RecordInput, answer as Projected),
    seededFaults: {
      fallen: () => ({ taken: [], reason: '', thrown: new TypeError('seeded') }),
      fooled: (answer) => {
        const known = answer as Projected
        return {
          ...known,
          taken: known.taken.map((one) => ({ ...one, event: { ...one.event, subject: 'seeded' } }))
        }
      }
    },
    close: async () => {}
  }
}

type Schema = (typeof schemas)[number]

function decodedBy(
  schema: Schema | undefined,
  value: Uint8Array
): Pick<Projected, 'payload' | 'payloadThrown'> {
  if (!schema) return {}
  try {
    return { payload: { schema: schema.id, data: schema.codec.decode(value) } }
  } catch (payloadThrown) {
    return { payloadThrown }
  }
}

/** Why a decoded payload does not come back; one that its JSON form refuses has no way back. */
function difference({ schema, data }: NonNullable<Projected['payload']>): string | undefined {
  const codec = schemas[schema - 1]?.codec
  let framed: Buffer | undefined
  try {
    framed = codec?.encode(data as never, schema)
  } catch (thrown) {
    return refusal(thrown, ['BUS_PAYLOAD_INVALID']).broken?.why
  }
  return framed && isDeepStrictEqual(codec?.decode(framed), data)
    ? undefined
    : `decoded ${JSON.stringify(data).slice(0, 500)}, and otherwise again`
}
