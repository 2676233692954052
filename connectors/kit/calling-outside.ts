import { pause } from '#protocol/timing/retry.ts'
import type { KitOutside, RecordToAdd, ReportedOutcome } from './define-kit.ts'

/** A record of an outside that calls, as it is now. */
export interface CallerRecord extends RecordToAdd {
  /** 1, and one more after each change. */
  readonly version: number
}

/** How an outside speaks to the instance. Each call has a time limit, and rejects where no answer makes sense. */
export interface Calls {
  /** Sends some records in one call; says for each, in their order, whether it was taken. */
  send(address: string, records: readonly CallerRecord[]): Promise<readonly boolean[]>
  /** Fetches what waits, and says that it has arrived. Names each new one by its key at once, to be kept. */
  fetch(address: string, keep: (key: string) => void): Promise<void>
}

export interface CallingOutsideOptions {
  readonly calls: Calls
  /** Most records of one call. Default: 10. */
  readonly atOnce?: number
  /** Has what it fetched among its own records from then on, and sends it with them. */
  readonly sendsBack?: boolean
}

export type CallingOutside = Required<
  Pick<KitOutside, 'beginCalls' | 'add' | 'edit' | 'again' | 'arrived' | 'reported' | 'close'>
>

const everyMs = 300

/** Software that calls the bus on its own, as it does in the field: what was not answered is sent again. */
export function createCallingOutside({
  calls,
  atOnce = 10,
  sendsBack = false
}: CallingOutsideOptions): CallingOutside {
  const records = new Map<string, CallerRecord>()
  const outcomes = new Map<string, ReportedOutcome>()
  const arrived: string[] = []
  const stop = new AbortController()
  let toSend: CallerRecord[] = []
  let calling: Promise<void> | undefined

  const put = (record: CallerRecord): void => {
    records.set(record.key, record)
    toSend.push(record)
  }
  const send = async (address: string): Promise<void> => {
    const some = toSend.slice(0, atOnce)
    if (some.length === 0) return
    const taken = await calls.send(address, some)
    for (const [index, { key }] of some.entries())
      outcomes.set(key, { key, quarantined: taken[index] !== true })
    toSend = toSend.filter((one) => !some.includes(one))
  }
  const keep = (key: string): void => {
    arrived.push(key)
    if (sendsBack) put({ key, version: 0 })
  }
  const call = async (address: string): Promise<void> => {
    while (!stop.signal.aborted) {
      // A call without an answer is made again in the next round.
      await send(address).catch(() => {})
      await calls.fetch(address, keep).catch(() => {})
      await pause(everyMs, { signal: stop.signal })
    }
  }

  return {
    beginCalls(address) {
      calling = call(address)
    },
    async add(some) {
      for (const record of some) put({ ...record, version: 1 })
    },
    async edit(key) {
      const before = records.get(key)
      if (before) put({ ...before, version: before.version + 1 })
    },
    async again() {
      toSend.push(...records.values())
    },
    arrived: async () => arrived,
    reported: async () => [...outcomes.values()],
    async close() {
      stop.abort()
      await calling
    }
  }
}
