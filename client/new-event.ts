import type { BusEvent } from '#protocol/events/event.ts'
import type { JsonObject } from '#protocol/events/json.ts'
import { toNewEvent } from '#protocol/events/new-event.ts'

/** What an agency says; the rest of the event is filled in. */
export interface EventDraft {
  /** `<domain>.<past participle>.v<n>`, such as `document.issued.v1`; `docs/event-types.md` lists all. */
  readonly type: string
  /** The business key, 1 to 256 characters, without personal data: document id, dossier code. Events of one agency about one subject keep their order. */
  readonly subject: string
  /** The payload, as the type's schema says. Whole numbers only; a field that is absent is left out, never `null`. */
  readonly data: JsonObject
  /** Codes of the agencies it is for, 1 to 500. Absent: every agency with an agreement for the type. */
  readonly recipients?: readonly string[]
  /** The case it belongs to, 1 to 256 characters; by default the subject. */
  readonly correlationid?: string
  /** The id of the event it answers, 1 to 256 characters. */
  readonly causationid?: string
  /** The agency it speaks for by delegation: its code. */
  readonly onbehalfof?: string
  /** When it is of no use any more (RFC 3339): from then on it is delivered to nobody. */
  readonly expirytime?: string
  /** What the payload holds; anything that names a degree of state secrecy is rejected. */
  readonly dataclassification?: 'public' | 'internal' | 'personal'
}

/**
 * A whole event (CloudEvents 1.0) of a draft, with a new id (UUIDv7, RFC 9562),
 * the present time and a new nonce. Store the event and send that again after a
 * failure: one made anew of the same draft is another event. `system` is the one
 * that publishes, `/agencies/<code>/systems/<name>`. Throws nothing: the gateway
 * checks the event when it is published.
 *
 * @example
 * ```ts
 * const event = newEvent('/agencies/000.00.91.H03/systems/qlvb', {
 *   type: 'document.issued.v1',
 *   subject,
 *   recipients: ['000.00.92.H03', '000.01.93.H03'],
 *   data
 * })
 * console.log(event.specversion, event.recipients) // 1.0 000.00.92.H03,000.01.93.H03
 * ```
 */
export function newEvent(system: string, draft: EventDraft): BusEvent {
  return toNewEvent(system, draft)
}
