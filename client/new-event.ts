import type { BusEvent } from '#protocol/events/event.ts'
import type { JsonObject } from '#protocol/events/json.ts'
import { toNewEvent } from '#protocol/events/new-event.ts'

/** The content of an event; `newEvent` adds the rest. */
export interface EventDraft {
  /** `<domain>.<past participle>.v<n>`, such as `document.issued.v1`; `docs/event-types.md` lists all. */
  readonly type: string
  /** The business key, 1 to 256 characters, without personal data: document id, dossier code. Events of one agency about one subject keep their order. */
  readonly subject: string
  /** The payload, as defined by the type's schema. Whole numbers only; an absent field is left out, never `null`. */
  readonly data: JsonObject
  /**
   * Codes of the receiving agencies, 1 to 500. Absent: every agency with an agreement for the type. An event
   * of the domain `document` always needs them.
   */
  readonly recipients?: readonly string[]
  /** The case it belongs to, 1 to 256 characters; by default the subject. */
  readonly correlationid?: string
  /** The id of the event that this one answers, 1 to 256 characters. */
  readonly causationid?: string
  /** The code of the agency on whose behalf the system sends. */
  readonly onbehalfof?: string
  /** The event is not delivered after this time (RFC 3339). */
  readonly expirytime?: string
  /** Classification of the payload. A value that names a degree of state secrecy is rejected. */
  readonly dataclassification?: 'public' | 'internal' | 'personal'
}

/**
 * Creates an event (CloudEvents 1.0) from a draft, with a new id (UUIDv7, RFC 9562), the current time and a
 * new nonce. Store the event, and send the stored one again after a failure: a second event made from the
 * same draft is another event. `system` is the publishing system, `/agencies/<code>/systems/<name>`. Does
 * not throw: the gateway checks the event when it is published.
 *
 * @example
 * ```ts
 * const event = newEvent('/agencies/000.00.91.H03/systems/qlvb', {
 *   type: 'document.issued.v1',
 *   subject,
 *   recipients: ['000.00.92.H03', '000.00.82.H03'],
 *   data
 * })
 * console.log(event.specversion, event.recipients) // 1.0 000.00.92.H03,000.00.82.H03
 * ```
 */
export function newEvent(system: string, draft: EventDraft): BusEvent {
  return toNewEvent(system, draft)
}
