import { newEvent } from '#client/new-event.ts'
import type { ProjectedEvent } from '#consumers/projector/projected-event.ts'

export interface ProjectedOptions {
  readonly type: string
  readonly from: string
  readonly subject: string
  /** The agency that may see it. */
  readonly agency: string
  /** The agreement that grants it; without one, the event names the agency. */
  readonly agreement?: string
}

/** An event as the projector passes it to the views, accepted under act 1; for tests without a complete bus. */
export function projectedEvent(
  number: number,
  { type, from, subject, agency, agreement }: ProjectedOptions
): ProjectedEvent {
  const event = newEvent(from, { type, subject, data: {} })
  return {
    number,
    hash: `${number}`,
    source: event.source,
    id: event.id,
    type,
    subject,
    body: JSON.stringify(event),
    recordedTime: new Date().toISOString(),
    act: 1,
    signature: undefined,
    receipt: { token: 'x', index: 0, size: 1, path: [] },
    hosted: false,
    traceparent: undefined,
    grants: [{ agency, agreement }],
    expiresAt: undefined,
    attachments: []
  }
}
