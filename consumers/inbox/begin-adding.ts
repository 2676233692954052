import { appendEvents } from '#bus/archive/append-events.ts'
import { sharedForm } from '#bus/archive/archive-form.ts'
import { pinAttachments } from '#bus/attachments/pin-attachments.ts'
import { pipeline } from '#engines/store/pipeline.ts'
import type { BeginAdding } from '../projector/projected-event.ts'
import { beginApplyingToInboxes } from './apply.ts'

/** The archive, and what is made of it in the same transaction: inboxes, recalls and pinned attachments. */
export function createBeginAdding(form = sharedForm): BeginAdding {
  return async (transaction, events) => {
    const agencies = new Set(events.flatMap(({ grants }) => grants.map(({ agency }) => agency)))
    const apply = await beginApplyingToInboxes(transaction, [...agencies].sort())
    return async (events) => {
      const pinning = events.map((event) => pinAttachments(transaction, event, event.attachments))
      const [, news] = await pipeline([appendEvents(transaction, events, form), apply(events), ...pinning])
      return news
    }
  }
}
