import { inChunks } from '#engines/store/chunks.ts'
import { insertOf } from '#engines/store/insert-rows.ts'
import { pipeline } from '#engines/store/pipeline.ts'
import type { StoreTransaction } from '#engines/store/store.ts'
import { valuesTable } from '#engines/store/values-table.ts'
import { changeExpected, type ExpectedOf, mayMeet } from './expected.ts'
import type { Expected } from './flow-event.ts'
import type { FlowTables } from './flow-tables.ts'
import type { FlowBatch } from './next-batch.ts'
import { blockOf, blockSize, eventsOf } from './postings.ts'

type Terms = FlowTables['flowTerms']

const termColumns = ['generation', 'term', 'block', 'events'] as const
const insertSteps = insertOf<FlowTables['flowSteps']>('flowSteps', ['generation', 'number', 'flow'])
const insertTerms = insertOf<Terms>('flowTerms', termColumns)
const appendTerms = insertOf<Terms>('flowTerms', termColumns, {
  keys: ['generation', 'term', 'block'],
  append: 'events'
})
const insertExpected = insertOf<FlowTables['flowExpected']>('flowExpected', [
  'generation',
  'id',
  'flow',
  'step',
  'sender',
  'subject',
  'event',
  'agency',
  'types',
  'since',
  'due'
])

/** Adds a batch to a generation, in the transaction that moves its position past it. */
export async function applyBatch(
  transaction: StoreTransaction,
  generation: number,
  { events, terms }: FlowBatch
): Promise<void> {
  const [first] = events
  if (!first) return
  const block = blockOf(first.number)
  const steps = events.map(({ number, flow }) => ({ generation, number, flow }))
  const { subjects, flows } = mayMeet(events)
  const found = [
    ...(await expectedBefore(transaction, generation, { by: 'flowExpected.subject', asked: subjects })),
    ...(await expectedBefore(transaction, generation, { by: 'flowExpected.flow', asked: flows }))
  ]
  const before = [...new Map(found.map((row) => [row.id, row])).values()]
  const { met, added } = changeExpected(before, events)
  const isNewBlock = first.number === block * blockSize
  // Sorted, so that neighbouring rows are written together.
  const sorted = [...terms].sort(byFirst)
  await pipeline([
    insertSteps(transaction, steps),
    (isNewBlock ? insertTerms : appendTerms)(
      transaction,
      sorted.map(([term, numbers]) => ({ generation, term, block, events: eventsOf(numbers) }))
    ),
    inChunks(met, (some) =>
      transaction
        .tables<FlowTables>()
        .deleteFrom('flowExpected')
        .where('generation', '=', generation)
        .where('id', 'in', some)
        .execute()
    ),
    insertExpected(
      transaction,
      added.map((row) => ({ generation, ...row }))
    )
  ])
}

function expectedBefore(
  transaction: StoreTransaction,
  generation: number,
  { by, asked }: { readonly by: `flowExpected.${'flow' | 'subject'}`; readonly asked: readonly ExpectedOf[] }
): Promise<readonly Expected[]> {
  return inChunks(asked, (some) =>
    transaction
      .tables<FlowTables>()
      .with('asked(name, agency)', () => valuesTable(some, ['name', 'agency']))
      .selectFrom('asked')
      .crossJoin('flowExpected') // For an inner join, SQLite reads all of the generation.
      .where('generation', '=', generation)
      .whereRef(by, '=', 'asked.name')
      .whereRef('flowExpected.agency', '=', 'asked.agency')
      .selectAll('flowExpected')
      .execute()
  )
}

function byFirst([one]: readonly [string, unknown], [other]: readonly [string, unknown]): number {
  return one < other ? -1 : 1
}
