import { inChunks } from '#engines/store/chunks.ts'
import type { Store } from '#engines/store/store.ts'
import type { FlowTables } from './flow-tables.ts'
import { type Budget, type NumberRange, pageRows, type Walked } from './walk.ts'

const columns = ['flow', 'agency', 'types', 'step', 'since', 'due'] as const
/** What is expected, as it is shown. */
export type ExpectedRow = Pick<FlowTables['flowExpected'], (typeof columns)[number]>

/** Reads what is expected in one generation of the view. */
export interface ExpectedIndex {
  /** What is expected in flows. Where it is very much, so much of each, after the oldest of the visible steps. */
  expectedIn(
    flows: readonly { readonly flow: string; readonly visible: readonly number[] }[],
    most: number
  ): Promise<readonly ExpectedRow[]>
  /** Compares in how many steps something is expected after. */
  expectedCount(range: NumberRange): Promise<number>
  /** Steps after which something is expected, newest first; with a time, only what is due before it. */
  expecting(range: NumberRange, budget: Budget, dueBefore?: number): AsyncIterable<Walked>
  /** Those of these steps after which something is expected, or due. */
  expectingAmong(numbers: readonly number[], dueBefore?: number): Promise<ReadonlySet<number>>
}

/** Rows that are looked at in one go: more than one step has. */
const expectedRows = 2000
/** Rows of some flows that are read in one go. */
const maxExpected = 5000
const stepsAtOnce = 64
/** Rows up to which they are counted. */
const countedRows = 20_000

export function openExpectedIndex(store: Store, generation: number): ExpectedIndex {
  const reader = () => store.reader<FlowTables>()
  const expected = () => reader().selectFrom('flowExpected').where('generation', '=', generation)

  /** What is expected after steps, oldest first, until there are so many. */
  const firstAfter = async (steps: readonly number[], most: number): Promise<readonly ExpectedRow[]> => {
    const found: ExpectedRow[] = []
    for (let at = 0; at < steps.length && found.length < most; at += stepsAtOnce) {
      const some = steps.slice(at, at + stepsAtOnce)
      const after = expected().select(columns).where('step', 'in', some)
      found.push(...(await after.orderBy('step').limit(most).execute()))
    }
    return found
  }

  return {
    expectedIn: (flows, most) =>
      inChunks(flows, async (looked) => {
        const some = looked.map(({ flow }) => flow)
        const all = expected()
          .select(columns)
          .limit(maxExpected + 1)
        const rows = (
          await Promise.all([
            all.where('subject', 'in', some).whereRef('flow', '=', 'subject').execute(),
            all.where('flow', 'in', some).whereRef('flow', '<>', 'subject').execute()
          ])
        ).flat()
        if (rows.length <= maxExpected) return rows
        const first: ExpectedRow[] = []
        for (const { visible } of looked) first.push(...(await firstAfter(visible, most)))
        return first
      }),

    async expectedCount({ low, high }) {
      const counted = expected()
        .select('step')
        .where('step', '>=', low)
        .where('step', '<=', high)
        .limit(countedRows)
        .as('counted')
      const all = await reader()
        .selectFrom(counted)
        .select((e) => e.fn.countAll().as('count'))
        .executeTakeFirstOrThrow()
      return Number(all.count)
    },

    async *expecting({ low, high }, budget, dueBefore) {
      for (let to = high; to >= low && budget.rows > 0; ) {
        budget.rows -= pageRows
        const rows = await expected()
          .select(['step', 'due'])
          .where('step', '<=', to)
          .where('step', '>=', low)
          .orderBy('step', 'desc')
          .limit(expectedRows)
          .execute()
        // The rest of the last step's rows may be on the next page.
        const downTo = rows.length < expectedRows ? low : (rows.at(-1)?.step ?? low) + 1
        const wanted = rows.filter(
          ({ step, due }) => step >= downTo && (dueBefore === undefined || (due !== null && due < dueBefore))
        )
        yield { numbers: [...new Set(wanted.map(({ step }) => step))], downTo }
        to = downTo - 1
      }
    },

    async expectingAmong(numbers, dueBefore) {
      const rows = await inChunks(numbers, (some) => {
        const after = expected().select('step').where('step', 'in', some)
        return (dueBefore === undefined ? after : after.where('due', '<', dueBefore)).execute()
      })
      return new Set(rows.map(({ step }) => step))
    }
  }
}
