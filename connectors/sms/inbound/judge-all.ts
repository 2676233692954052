import type { ConnectorIo, InboundItem, Marks } from '../../connector.ts'
import type { MarkReader } from '../notices.ts'
import type { SmsSession } from '../session.ts'
import { doubtfulMarks, readDoubtful } from './doubtful.ts'
import type { HeldReport } from './held-report.ts'
import { judge, keysOf } from './reports.ts'

/** What reports became. */
interface Judgement {
  readonly items: readonly InboundItem[]
  readonly held: readonly HeldReport[]
  /** Those of deliveries in doubt that no report is awaited of any more. */
  readonly marks: Marks
}

/** A report may come before the answer to its message, and before what the answer said is stored. */
const soonMs = 5000
/** By then the delivery that a report is about has ended, and what its answer said is stored. */
const deliveredMs = 60_000
const againMs = 250
/** One that is about no message of ours by then is about one of another system with the same account. */
const longestMs = 3_600_000
const longestDoubtMs = 14 * 86_400_000

/** Judges reports one after the other: each sees the marks of those before it. */
export async function judgeAll(
  reports: readonly HeldReport[],
  { settings, wakeIn, isTimeForOld }: SmsSession,
  io: ConnectorIo
): Promise<Judgement> {
  const now = io.now()
  const isForOld = isTimeForOld(now)
  const isDue = ({ at }: HeldReport): boolean => isForOld || now - at < soonMs
  const due = reports.filter(isDue)
  const held = reports.filter((report) => !isDue(report))
  const { marks, read } = await readBefore(due, io)
  const doubtful = due.length === 0 ? [] : await readDoubtful(io)
  const [open, old] = partition(doubtful, ({ since }) => now - since < longestDoubtMs)
  let awaited = open
  const items: InboundItem[] = []
  for (const report of due) {
    const isEarly = now - report.at < deliveredMs
    const judged = await judge(report, { settings, doubtful: awaited, isEarly, read, now })
    if (judged !== 'unknown') {
      items.push(...judged.items)
      for (const { marks: some = {} } of judged.items) keep(marks, some)
      const { of, doubtful: changed } = judged
      if (of) awaited = awaited.flatMap((one) => (one === of ? (changed ? [changed] : []) : [one]))
    } else if (now - report.at < longestMs) held.push(report)
    else
      io.log.info(
        { state: report.state },
        'a delivery report is about no message of this instance; passed over'
      )
  }
  if (held.some(({ at }) => now - at < soonMs)) wakeIn(againMs)
  return { items, held, marks: Object.assign({}, ...old.map(({ event }) => doubtfulMarks(event, null))) }
}

/** Reads the marks of reports before they are judged: all at once, and other forms of the ids only of the rest. */
async function readBefore(
  reports: readonly HeldReport[],
  { mark }: Pick<ConnectorIo, 'mark'>
): Promise<{ readonly marks: Map<string, string | null>; readonly read: MarkReader }> {
  const marks = new Map<string, string | null>()
  const read = async (key: string): Promise<string | undefined> => {
    const known = marks.get(key)
    if (known !== undefined) return known ?? undefined
    const value = await mark(key)
    marks.set(key, value ?? null)
    return value
  }
  await Promise.all(keysOf(reports, false).map(read))
  const unknown = reports.filter((report) => keysOf([report], false).every((key) => marks.get(key) === null))
  await Promise.all(keysOf(unknown, true).map(read))
  return { marks, read }
}

function partition<T>(list: readonly T[], isIn: (one: T) => boolean): readonly [readonly T[], readonly T[]] {
  return [list.filter(isIn), list.filter((one) => !isIn(one))]
}

function keep(marks: Map<string, string | null>, some: Marks): void {
  for (const [key, value] of Object.entries(some)) marks.set(key, value)
}
