import type { Command } from 'commander'
import type { Client } from '#client/client.ts'
import type { DeliveredEvent } from '#protocol/events/event-stages.ts'
import { systemNamed } from './connect.ts'
import { readResource } from './control.ts'
import { eventTextsIn } from './event-texts.ts'
import type { Recipient } from './flow-text.ts'
import type { LanguageFlags } from './language.ts'

/** An event, as `/v1/events/{hash}` shows it. */
export interface FoundEvent extends DeliveredEvent {
  readonly deliveries: readonly Recipient[]
}

/** Flags of a command about one event. */
export interface EventFlags extends LanguageFlags {
  readonly source?: string
  readonly json?: boolean
}

/** The argument that names an event, and `--source`. */
export function withEvent(command: Command): Command {
  return command
    .argument('<event>', "the event's hash, or its id")
    .option('--source <system>', 'with an id: the system that sent it; by default that of --as')
}

/** The event that a person has named; ends the command if there is none that the caller may read. */
export async function findEvent(
  client: Client,
  name: string,
  { source, lang }: EventFlags,
  self: Command
): Promise<FoundEvent> {
  const t = eventTextsIn(lang)
  if (isHash(name)) {
    const hash = name.toLowerCase()
    return (
      (await readResource<FoundEvent>(client, `/v1/events/${hash}`)) ??
      self.error(t('event.unknown', { hash }))
    )
  }
  const names = { source: source === undefined ? client.system : systemNamed(source), id: name }
  const found = await readResource<FoundEvent>(client, `/v1/events?${new URLSearchParams(names)}`)
  return found ?? self.error(t('event.unknownId', names))
}

/** Whether a person means a SHA-256, in hex. */
export function isHash(text: string): boolean {
  return /^[0-9a-f]{64}$/i.test(text)
}
