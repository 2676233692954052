import { inChunks } from '#engines/store/chunks.ts'
import type { Store } from '#engines/store/store.ts'
import { agencyOf } from '#protocol/events/event.ts'
import { subjectOfResource } from '#protocol/events/event-subjects.ts'
import { instantMs } from '#protocol/events/instant.ts'
import type { JsonObject } from '#protocol/events/json.ts'
import type { StoredAct } from './act-journal.ts'
import { type ActRecord, type ActSource, claimsIn, evidenceIn } from './act-records.ts'
import type { Control } from './control.ts'
import type { ControlState } from './control-state.ts'
import type { ControlTables } from './control-tables.ts'

/** The control acts that hold, for people who search them. */
export function createControlActs(
  store: Store,
  control: Pick<Control, 'state' | 'sync' | 'isIgnored'>
): ActSource {
  const rows = () => store.reader<ControlTables>().selectFrom('controlActs').selectAll()
  const show = (some: readonly StoredAct[]): readonly ActRecord[] =>
    some.filter(({ number }) => !control.isIgnored(number)).map((row) => toRecord(control.state, row))

  return {
    name: 'control',

    async after(number, limit) {
      // Only acts that this process has checked: one that does not hold was not recorded by the bus.
      const some = await rows()
        .where('number', '>', number)
        .where('number', '<=', control.state.lastAct)
        .orderBy('number')
        .limit(limit)
        .execute()
      return { acts: show(some), end: some.at(-1)?.number ?? number }
    },

    async of(numbers) {
      return show(await inChunks(numbers, (some) => rows().where('number', 'in', some).execute()))
    }
  }
}

function toRecord(state: ControlState, { number, body: text, token, recordedAt }: StoredAct): ActRecord {
  const body = JSON.parse(text) as JsonObject & { readonly act: string; readonly resource: string }
  const { act, resource, reason } = body
  const system = String(claimsIn(token).iss)
  const agency = agencyOf(system)
  const owner = ownerOf(state, resource)
  const touched = [agency, owner, ...partiesOf(state, body)].filter((one) => one !== undefined)
  return {
    number,
    act,
    resource,
    system,
    agency,
    ...(owner === undefined || owner === agency ? {} : { onBehalfOf: owner }),
    at: instantMs(recordedAt),
    ...(typeof reason === 'string' ? { reason } : {}),
    ...evidenceIn(token),
    agencies: [...new Set(touched)],
    body
  }
}

/** The agency that a resource belongs to; undefined for one of the bus, or of two agencies. */
function ownerOf({ registry }: ControlState, resource: string): string | undefined {
  const [, agency] = /^\/agencies\/([^/]+)/.exec(resource) ?? []
  if (agency !== undefined) return agency
  const owner = registry.subjects.get(subjectOfResource(resource) ?? '')?.owner
  return owner === '/bus' ? undefined : owner
}

/** The parties of an agreement, and the agency that follows a closed one. */
function partiesOf(state: ControlState, body: JsonObject & { readonly resource: string }): readonly string[] {
  const { provider, consumer } = state.agreements.get(body.resource) ?? {}
  return [provider, consumer, body.successor].filter((one) => typeof one === 'string')
}
