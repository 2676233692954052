import { pipeline } from '#engines/store/pipeline.ts'
import type { StoreTransaction } from '#engines/store/store.ts'
import type { ProjectedEvent } from '../projector/projected-event.ts'
import { beginEntering } from './enter.ts'
import { backloggedSenders, directOf, fanOutLater, toEntries } from './fan-out.ts'
import { newsOf, slicesLeft } from './news.ts'
import { noteRecalls, recallsAmong } from './recalls.ts'

/**
 * Adds events to the inboxes of the agencies that may see them, and notes the recalls among them. Called in the
 * transaction that archives them. `agencies` are all agencies of the batch, sorted. Events that would make the
 * transaction long are added later (`fan-out.ts`). Returns what is to be signalled.
 */
export async function beginApplyingToInboxes(
  transaction: StoreTransaction,
  agencies: readonly string[]
): Promise<(events: readonly ProjectedEvent[]) => Promise<ReadonlySet<string>>> {
  const [enter, backlogged] = await pipeline([
    beginEntering(transaction, agencies),
    backloggedSenders(transaction)
  ])
  return async (events) => {
    const { direct, later } = directOf(events, backlogged)
    const entries = direct.flatMap(toEntries)
    const recalls = recallsAmong(events)
    await pipeline([enter(entries), fanOutLater(transaction, later), noteRecalls(transaction, recalls)])
    const news = newsOf(entries)
    return later.length > 0 || recalls.length > 0 ? news.add(slicesLeft) : news
  }
}
