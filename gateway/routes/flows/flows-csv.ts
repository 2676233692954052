import { Readable } from 'node:stream'
import type { FlowPage, FlowSummary, PageRequest } from '#consumers/flows/read.ts'
import type { Language } from '#protocol/errors/faults.ts'
import { csvHead, csvRows } from './csv.ts'

/** Flows of one table, at most. */
export const maxCsvFlows = 10_000
/** Pages that are searched for one table, at most: they may be empty where many candidates do not match. */
const maxPages = 500
const flowsAtOnce = 100

const cut = {
  vi: {
    more: (after: string) =>
      `Bảng bị cắt ở đây, còn hồ sơ khác: hãy thu hẹp tìm kiếm, hoặc lấy tiếp với after=${after}`,
    partial: 'Bảng chưa đủ: quá nhiều kết quả để xem hết. Hãy thu hẹp tìm kiếm.'
  },
  en: {
    more: (after: string) =>
      `The table is cut here, there are more flows: narrow the search, or go on with after=${after}`,
    partial: 'The table is not complete: there are too many candidates to look at all. Narrow the search.'
  }
} as const

export interface FlowsCsvOptions {
  readonly search: (page: PageRequest) => Promise<FlowPage>
  readonly after: string | undefined
  readonly maxFlows: number
  readonly language: Language
  /** Awaited between pages. Rejects if the caller may not read any more: then the table is broken off. */
  readonly betweenPages: () => Promise<void>
}

/**
 * Everything that is found, as CSV, a page at a time. Its last row says if it is cut. Resolves once the first page is
 * found; what fails later breaks the stream off.
 */
export async function flowsCsv(options: FlowsCsvOptions): Promise<Readable> {
  const { search, after, maxFlows, language, betweenPages } = options
  const pageAfter = (place: string | undefined, left: number): Promise<FlowPage> =>
    search({ limit: Math.min(left, flowsAtOnce), ...(place === undefined ? {} : { after: place }) })
  const first = await pageAfter(after, maxFlows)

  async function* table(): AsyncGenerator<string> {
    yield csvHead(Object.keys(columns))
    let left = maxFlows
    let page = first
    for (let pages = 1; ; pages += 1) {
      left -= page.items.length
      yield csvRows(page.items.map((flow) => Object.values(columns).map((cellOf) => cellOf(flow))))
      const { next, isPartial } = page
      if (next === undefined) {
        if (isPartial) yield lastRow(cut[language].partial)
        return
      }
      if (left === 0 || pages === maxPages) {
        yield lastRow(cut[language].more(next))
        return
      }
      await betweenPages()
      page = await pageAfter(next, left)
    }
  }
  return Readable.from(table(), { objectMode: false })
}

const columns: Readonly<Record<string, (flow: FlowSummary) => string | number>> = {
  flow: ({ flow }) => flow,
  title: ({ title }) => title,
  subjects: ({ subjects }) => subjects.join(' '),
  state: ({ state }) => state,
  startedAt: ({ startedAt }) => startedAt,
  lastAt: ({ lastAt }) => lastAt,
  steps: ({ steps }) => steps,
  holders: ({ missing, missingIsMore }) =>
    [...missing.map(({ agency }) => agency), ...(missingIsMore ? ['…'] : [])].join(' '),
  due: ({ missing }) => firstDue(missing.flatMap(({ due }) => due ?? [])),
  agencies: ({ agencies }) => agencies.join(' ')
}

function firstDue(all: readonly number[]): string {
  return all.length === 0 ? '' : new Date(Math.min(...all)).toISOString()
}

/** A row as wide as the others. */
function lastRow(text: string): string {
  return csvRows([Object.keys(columns).map((_, index) => (index === 0 ? text : ''))])
}
