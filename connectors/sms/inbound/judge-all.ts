import type { ConnectorIo, InboundItem, Marks } from '../../connector.ts'
import type { SmsSession } from '../session.ts'
import type { DoubtfulNotice } from './doubtful.ts'
import type { HeldReport } from './held-report.ts'
import { judge } from './reports.ts'

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
  doubtful: readonly DoubtfulNotice[],
  { settings, wakeIn, isTimeForOld }: SmsSession,
  io: ConnectorIo
): Promise<{
  readonly items: readonly InboundItem[]
  readonly held: readonly HeldReport[]
  readonly doubtful: readonly DoubtfulNotice[]
}> {
  const marks = new Map<string, string | null>()
  const read = async (key: string): Promise<string | undefined> => {
    const own = marks.get(key)
    return own === undefined ? io.mark(key) : (own ?? undefined)
  }
  const now = io.now()
  const [items, held]: [InboundItem[], HeldReport[]] = [[], []]
  const isForOld = isTimeForOld(now)
  let open = doubtful.filter(({ since }) => now - since < longestDoubtMs)
  for (const report of reports) {
    if (now - report.at >= soonMs && !isForOld) {
      held.push(report)
      continue
    }
    const isEarly = now - report.at < deliveredMs
    const judged = await judge(report, { settings, doubtful: open, isEarly, read, now })
    if (judged !== 'unknown') {
      items.push(...judged.items)
      for (const { marks: some = {} } of judged.items) keep(marks, some)
      const { of, doubtful: changed } = judged
      if (of) open = open.flatMap((one) => (one === of ? (changed ? [changed] : []) : [one]))
    } else if (now - report.at < longestMs) held.push(report)
    else
      io.log.info(
        { state: report.state },
        'a delivery report is about no message of this instance; passed over'
      )
  }
  if (held.some(({ at }) => now - at < soonMs)) wakeIn(againMs)
  return { items, held, doubtful: open }
}

function keep(marks: Map<string, string | null>, some: Marks): void {
  for (const [key, value] of Object.entries(some)) marks.set(key, value)
}
