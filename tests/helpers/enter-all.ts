import { fanOutSome } from '#consumers/inbox/fan-out.ts'
import type { Store } from '#engines/store/store.ts'

/** Enters what the projector has left for later, as a running bus does by itself. */
export async function enterAll(store: Store): Promise<void> {
  while (await store.transaction((transaction) => fanOutSome(transaction, '')));
}
