import type { EventRecord } from '#protocol/events/record.ts'

/** Records that were handed in together, in their order. */
export interface Submission<R extends EventRecord = EventRecord> {
  readonly records: readonly R[]
  /** Of those that are appended already. */
  readonly outcomes: readonly unknown[]
  /** Some are being appended: what follows comes after them, or not at all. */
  isUnderWay: boolean
}

/** The next records of a submission, to be appended in one call. */
export interface SubmissionPart<S extends Submission> {
  readonly submission: S
  readonly records: S['records']
}

/**
 * What waits to be appended, by agency. Agencies share each batch and the
 * places in the queue (deficit round robin): however much one hands in,
 * another's records are in the next batch.
 */
export interface FairQueue<S extends Submission> {
  /** False, and nothing is added, where the queue is full and the agency has its share of it. */
  add(agency: string, submission: S): boolean
  /** Takes a submission out, whose records are all answered. */
  remove(agency: string, submission: S): void
  /**
   * What each agency that has something to append may add to the next batch. Marks it as under way. Empty
   * only if everything is under way: the caller then asks again once some of it is answered or added.
   */
  next(): readonly SubmissionPart<S>[]
  /** Records that are not answered yet. */
  size(): number
}

export interface FairQueueOptions {
  /** Records that are not answered yet, and their bytes, of all agencies; beyond, each may have its share of them. */
  readonly maxOpen?: number
  readonly maxOpenBytes?: number
  /** A clock that is never set, in milliseconds. */
  readonly now?: () => number
}

/** What one batch weighs at the most, and what of it an agency may fill where others append too. */
const maxBatch = 500
const maxShare = 100
/** So many bytes weigh as much as a small record, or so many of its list of recipients: some 18 of them. */
const bytesPerWeight = 8192
const recipientBytesPerWeight = 256
/** Agencies that append within so long of each other share batches. */
const sharedMs = 1000

interface Line<S> {
  readonly submissions: Set<S>
  readonly open: { records: number; bytes: number }
  /** What it may add to the next batch: its share, and what it saves up for a record that weighs more. */
  credit: number
}

interface Taken<S extends Submission> {
  readonly parts: readonly SubmissionPart<S>[]
  readonly weight: number
  /** Whether something that is not under way did not fit. */
  readonly isMore: boolean
}

export function createFairQueue<S extends Submission>(options: FairQueueOptions = {}): FairQueue<S> {
  const { maxOpen = 10_000, maxOpenBytes = 67_108_864, now = () => performance.now() } = options
  /** In the order of their turns. */
  const lines = new Map<string, Line<S>>()
  let lastAgency = ''
  let sharedUntil = 0

  /** Of all lines together. */
  const open = { records: 0, bytes: 0 }

  const count = (line: Line<S>, { records }: S, sign: 1 | -1): void => {
    const bytes = bytesOf(records)
    for (const sum of [line.open, open]) {
      sum.records += sign * records.length
      sum.bytes += sign * bytes
    }
  }

  /** Whether all together have enough waiting, and the agency more than a share of it. */
  const isFullFor = (line: Line<S>, { records }: S): boolean => {
    const bytes = bytesOf(records)
    const isOver = (of: Line<S>['open'], sharers: number): boolean =>
      of.records + records.length > maxOpen / sharers || of.bytes + bytes > maxOpenBytes / sharers
    return isOver(open, 1) && isOver(line.open, lines.size)
  }

  const take = (line: Line<S>, room: number): Taken<S> => {
    const parts: SubmissionPart<S>[] = []
    let weight = 0
    for (const submission of line.submissions) {
      if (submission.isUnderWay) continue
      const rest = submission.records.slice(submission.outcomes.length)
      const fit = fitting(rest, Math.min(line.credit, room - weight))
      if (fit.count > 0) parts.push({ submission, records: rest.slice(0, fit.count) })
      line.credit -= fit.weight
      weight += fit.weight
      if (fit.count < rest.length) return { parts, weight, isMore: true }
    }
    line.credit = 0 // Nothing waits: nothing to save up for.
    return { parts, weight, isMore: false }
  }

  /** Gives each line one share, and takes what fits. */
  const takeRound = (
    share: number
  ): { readonly batch: readonly SubmissionPart<S>[]; readonly isMore: boolean } => {
    const batch: SubmissionPart<S>[] = []
    let room = maxBatch
    let isMore = false
    for (const [agency, line] of [...lines]) {
      line.credit = Math.min(line.credit + share, maxBatch)
      const taken = take(line, room)
      isMore ||= taken.isMore
      if (taken.parts.length === 0) continue
      for (const { submission } of taken.parts) submission.isUnderWay = true
      room -= taken.weight
      batch.push(...taken.parts)
      lines.delete(agency) // Its next turn comes after all others'.
      lines.set(agency, line)
    }
    return { batch, isMore }
  }

  return {
    size: () => open.records,

    add(agency, submission) {
      const line = lines.get(agency) ?? {
        submissions: new Set<S>(),
        open: { records: 0, bytes: 0 },
        credit: 0
      }
      if (line.open.records > 0 && isFullFor(line, submission)) return false
      if (agency !== lastAgency && lastAgency !== '') sharedUntil = now() + sharedMs
      lastAgency = agency
      lines.set(agency, line)
      line.submissions.add(submission)
      count(line, submission, 1)
      return true
    },

    remove(agency, submission) {
      const line = lines.get(agency)
      if (!line?.submissions.delete(submission)) return
      count(line, submission, -1)
      if (line.submissions.size === 0) lines.delete(agency)
    },

    next() {
      const share = now() < sharedUntil ? maxShare : maxBatch
      for (;;) {
        const { batch, isMore } = takeRound(share)
        // A record may weigh more than one share. An empty batch would end the caller's loop while it waits.
        if (batch.length > 0 || !isMore) return batch
      }
    }
  }
}

/** How many of these records, from the first, weigh no more than there is room for. */
function fitting(records: readonly EventRecord[], room: number): { count: number; weight: number } {
  let weight = 0
  for (const [count, record] of records.entries()) {
    const next = weight + Math.min(weightOf(record), maxBatch)
    if (next > room) return { count, weight }
    weight = next
  }
  return { count: records.length, weight }
}

function weightOf({ value, headers: { ce_recipients = '' } }: EventRecord): number {
  return (
    1 + Math.floor(value.length / bytesPerWeight) + Math.floor(ce_recipients.length / recipientBytesPerWeight)
  )
}

function bytesOf(records: readonly EventRecord[]): number {
  return records.reduce((sum, { value }) => sum + value.length, 0)
}
