import type { Command } from 'commander'
import { textsIn } from '#gateway/console/web/texts.js'
import { eventHash } from '#protocol/events/hash.ts'
import type { Json } from '#protocol/events/json.ts'
import { createOutput } from '#runtime/output.ts'
import { connect } from '../connect.ts'
import { withControl } from '../control.ts'
import { type EventFlags, type FoundEvent, findEvent, withEvent } from '../find-event.ts'
import { flowText } from '../flow-text.ts'
import { namesOf } from '../pages.ts'

/** `lienthong events`: an event as it is stored, and what became of it. */
export function addEvents(program: Command): void {
  const events = program.command('events').description('Single events: get, status.')
  withEvent(withControl(events.command('get')))
    .description(
      'Print an event as it is stored, for its sender and its recipients. A recipient that gets it has received it. With --json also its receipt, for `lienthong verify`.'
    )
    .action(async (name: string, flags: EventFlags, self: Command) => {
      const { json = false } = flags
      const output = createOutput({ json })
      const { found, lines } = await look(name, flags, self)
      if (json) return output.line('', found)
      for (const line of [...lines, ...JSON.stringify(found.event, null, 2).split('\n')])
        output.line(line, {})
    })
  withEvent(withControl(events.command('status')))
    .description(
      'Print what became of an event at each recipient: its state, and for connectors the attempts, the last error and the next attempt.'
    )
    .action(async (name: string, flags: EventFlags, self: Command) => {
      const { json = false } = flags
      const output = createOutput({ json })
      const { found, lines } = await look(name, flags, self)
      if (json) return output.line('', { hash: hashOf(found), deliveries: found.deliveries })
      for (const line of lines) output.line(line, {})
    })
}

async function look(
  name: string,
  flags: EventFlags,
  self: Command
): Promise<{ readonly found: FoundEvent; readonly lines: readonly string[] }> {
  const client = await connect(flags)
  const found = await findEvent(client, name, flags, self)
  const { event, added, deliveries } = found
  if (flags.json) return { found, lines: [] }
  const texts = textsIn(flags.lang)
  const { t, exact, eventName } = texts
  const title = eventName(event.type)
  const hash = hashOf(found)
  const text = flowText(texts, await namesOf(client))
  const lines = [
    `${title === undefined ? event.type : `${title} (${event.type})`}: ${event.subject}`,
    `${t('event.source')}: ${event.source}`,
    `${t('event.id')}: ${event.id}`,
    `${t('event.hash')}: ${hash}`,
    `${t('event.recorded')}: ${exact(added.recordedtime)}`,
    ...(deliveries.length === 0 ? [t('event.recipients.none')] : [`${t('event.recipients')}:`]),
    ...text.recipients(hash, deliveries)
  ]
  return { found, lines }
}

function hashOf({ event }: FoundEvent): string {
  return eventHash(event as Json)
}
