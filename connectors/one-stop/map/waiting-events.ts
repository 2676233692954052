import type { BusEvent } from '#protocol/events/event.ts'
import type { ConnectorIo } from '../../connector.ts'

/** Events about a dossier that wait for the outside, oldest first. It may have them already and not have said so. */
export type WaitingEvents = (code: string) => Promise<readonly BusEvent[]>

/** Events that are looked at, oldest first: what the outside may have is among the first. */
const maxWaiting = 500
const atOnce = 50

/** What waits is read once for all dossiers of a request, when the first of them is asked for. */
export function createWaitingEvents(
  io: Pick<ConnectorIo, 'waiting'>,
  codes: ReadonlySet<string>
): WaitingEvents {
  let reading: Promise<ReadonlyMap<string, readonly BusEvent[]>> | undefined
  const read = async (): Promise<ReadonlyMap<string, readonly BusEvent[]>> => {
    const found: BusEvent[] = []
    let after: string | undefined
    for (let seen = 0; seen < maxWaiting; seen += atOnce) {
      const some = await io.waiting(after, atOnce)
      found.push(...some.flatMap(({ event }) => (codes.has(event.subject) ? event : [])))
      after = some.at(-1)?.hash
      if (some.length < atOnce) break
    }
    return Map.groupBy(found, ({ subject }) => subject)
  }
  return async (code) => {
    reading ??= read()
    return (await reading).get(code) ?? []
  }
}
