import { fanOutSome, nextSender } from '#consumers/inbox/fan-out.ts'
import type { InboxTables } from '#consumers/inbox/inbox-tables.ts'
import type { Store } from '#engines/store/store.ts'

/** Enters one slice of what the projector has left for later, of the next sender after `last`. */
export async function enterSome(store: Store, last = '') {
  const sender = await nextSender(store.reader<InboxTables>(), last)
  if (sender === undefined) return undefined
  return { sender, news: await store.transaction((transaction) => fanOutSome(transaction, sender)) }
}

/** Enters all of it, as a running bus does by itself. */
export async function enterAll(store: Store): Promise<void> {
  while (await enterSome(store));
}
