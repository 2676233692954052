import assert from 'node:assert/strict'
import { text } from 'node:stream/consumers'
import { it } from 'node:test'
import { parse } from 'csv-parse/sync'
import type { FlowPage, FlowSummary } from '#consumers/flows/read.ts'
import { flowsCsv, maxCsvFlows } from '#gateway/routes/flows/flows-csv.ts'

const flowOf = (index: number): FlowSummary => ({
  ...{
    flow: `case-${index}`,
    title: 'Về, đất đai',
    subjects: [],
    state: 'open',
    steps: 1,
    agencies: ['H01']
  },
  ...{ startedAt: '2026-11-27T00:00:00.000Z', lastAt: '2026-11-27T00:00:00.000Z' },
  missing: [{ agency: 'H02', since: 0, due: index, expects: [], step: 1 }],
  missingIsMore: index === 8
})

/** A search that finds so many flows; every third page is empty, since nothing on it matched. */
const searchOf = (count: number, isPartial = false) => {
  let pages = 0
  return async ({ after = '0', limit }: { after?: string; limit: number }): Promise<FlowPage> => {
    pages += 1
    if (pages % 3 === 0) return { items: [], next: after, isPartial: true }
    const at = Number(after)
    const items = Array.from({ length: Math.min(limit, count - at) }, (_, index) => flowOf(at + index))
    const next = at + items.length
    return { items, isPartial, ...(next < count ? { next: String(next) } : {}) }
  }
}

const tableOf = async (
  search: (page: { after?: string; limit: number }) => Promise<FlowPage>,
  { maxFlows = maxCsvFlows, after = undefined as string | undefined } = {}
) => {
  const betweenPages = async () => {}
  const stream = await flowsCsv({ search, after, maxFlows, language: 'en', betweenPages })
  return parse(await text(stream), { bom: true, columns: true }) as Record<string, string>[]
}

it('a table has every flow, over all pages, the empty ones too', async () => {
  const rows = await tableOf(searchOf(2345))
  assert.deepEqual(
    rows.map(({ flow }) => flow),
    Array.from({ length: 2345 }, (_, index) => `case-${index}`)
  )
  assert.deepEqual(
    [rows[7]?.title, rows[7]?.holders, rows[7]?.due, rows[8]?.holders],
    ['Về, đất đai', 'H02', '1970-01-01T00:00:00.007Z', 'H02 …']
  )
})

it('a table ends at its bound and says how to go on', async () => {
  for (const [maxFlows, after] of [
    [maxCsvFlows, '0'],
    [7, '100']
  ] as const) {
    const rows = await tableOf(searchOf(20_000), { maxFlows, after })
    assert.equal(rows.length, maxFlows + 1)
    assert.match(rows.at(-1)?.flow ?? '', new RegExp(`cut here.*after=${Number(after) + maxFlows}$`))
  }
})

it('a search that never ends is cut, too', async () => {
  const rows = await tableOf(async ({ after = '0' }) => ({
    ...{ items: [], isPartial: true, next: String(Number(after) + 1) }
  }))
  assert.match(rows.at(-1)?.flow ?? '', /cut here/)
})

it('a table that lacks candidates says so', async () => {
  const rows = await tableOf(searchOf(5, true))
  assert.deepEqual([rows.length, rows[5]?.flow?.slice(0, 25)], [6, 'The table is not complete'])
})

it('a search that fails at once is answered, and one that fails later breaks the table off', async () => {
  const failed = new TypeError('the store')
  await assert.rejects(
    tableOf(() => Promise.reject(failed)),
    failed
  )
  const later = searchOf(500)
  await assert.rejects(
    tableOf((page) => (page.after === undefined ? later(page) : Promise.reject(failed))),
    failed
  )
})
