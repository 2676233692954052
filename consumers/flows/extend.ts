import type { StoreTransaction } from '#engines/store/store.ts'
import { reachFailpoint } from '#engines/telemetry/failpoints.ts'
import { applyBatch } from './apply.ts'
import type { FlowBatch } from './flow-batch.ts'
import { type Generation, moveGeneration } from './generations.ts'

/** The next batch of a generation. */
export interface Extension {
  readonly generation: Generation
  readonly batch: FlowBatch
}

/** As it is sent to the thread that writes, on one machine. */
export interface ExtendWork {
  readonly extend: Extension
}

/** About how many rows it writes. */
export function rowsOf({ batch: { events, terms } }: Extension): number {
  return events.length + terms.size + events.reduce((sum, { expected }) => sum + expected.length, 0)
}

/** Adds a batch, which must have events, and moves the generation past it. */
export async function extend(transaction: StoreTransaction, { generation, batch }: Extension): Promise<void> {
  await moveGeneration(transaction, generation, batch.events.at(-1)?.number ?? generation.position)
  await applyBatch(transaction, generation.generation, batch)
  reachFailpoint('flows.before-commit')
}
