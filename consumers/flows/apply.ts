import { inChunks } from '#engines/store/chunks.ts'
import { insertOf } from '#engines/store/insert-rows.ts'
import { pipeline } from '#engines/store/pipeline.ts'
import { statementsOf } from '#engines/store/statements.ts'
import type { StoreTransaction, Tables } from '#engines/store/store.ts'
import { valuesTable } from '#engines/store/values-table.ts'
import { changeExpected, type ExpectedOf, mayMeet } from './expected.ts'
import type { FlowBatch } from './flow-batch.ts'
import type { Expected } from './flow-event.ts'
import type { FlowTables } from './flow-tables.ts'
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

const expectedBySubject = expectedBy('subject')
const expectedByFlow = expectedBy('flow')

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
    ...(await expectedBySubject(transaction, generation, [...subjects, ...flows])),
    ...(await expectedByFlow(transaction, generation, flows))
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

/** What was expected by subject, or in flows that are no subjects: for each of them there is an index. */
function expectedBy(by: 'flow' | 'subject') {
  const statementFor = statementsOf((db: Tables<FlowTables>, count) => {
    const blanks = Array.from({ length: count }, () => ({ name: '', agency: '' }))
    const found = db
      .with('asked(name, agency)', () => valuesTable(blanks, ['name', 'agency']))
      .selectFrom('asked')
      .crossJoin('flowExpected') // For an inner join, SQLite reads all of the generation.
      .whereRef(`flowExpected.${by}`, '=', 'asked.name')
      .whereRef('flowExpected.agency', '=', 'asked.agency')
      .where('generation', '=', 0)
      .selectAll('flowExpected')
    return by === 'subject' ? found : found.whereRef('flow', '<>', 'subject')
  })

  return (
    transaction: StoreTransaction,
    generation: number,
    asked: readonly ExpectedOf[]
  ): Promise<readonly Expected[]> => {
    const db = transaction.tables<FlowTables>()
    return inChunks(asked, async (some) => {
      const parameters: unknown[] = []
      for (const { name, agency } of some) parameters.push(name, agency)
      parameters.push(generation)
      const { rows } = await db.executeQuery<Expected>({ ...statementFor(db, some.length), parameters })
      return rows
    })
  }
}

function byFirst([one]: readonly [string, unknown], [other]: readonly [string, unknown]): number {
  return one < other ? -1 : 1
}
