import { createHash, randomUUID } from 'node:crypto'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { Worker } from 'node:worker_threads'
import { workerReady } from '#protocol/timing/worker-ready.ts'
import type { ConnectorIo, Marks } from '../connector.ts'

export interface LentIo extends ConnectorIo {
  /** Keeps what a delivery or an item leaves behind, as the host does in its transaction. */
  readonly keep: (marks: Marks | undefined) => void
}

const longestMs = 30_000

/**
 * What a host lends, for trying a kind without one. Everything is kept in memory, and `fetch` is Node's.
 * Overrides take the place of what is lent.
 */
export function lendIo(overrides: Partial<ConnectorIo> = {}): LentIo {
  const marks = new Map<string, string>()
  const attachments = new Map<string, Buffer>()
  const secret = randomUUID()
  return {
    agency: '000.00.91.H03',
    agencyName: () => 'Cơ quan mẫu',
    instance: 'tried',
    startAt: 0,
    signal: AbortSignal.timeout(longestMs),
    log: { info() {}, warn() {} },
    fetch: (input, init) => fetch(input, { signal: AbortSignal.timeout(longestMs), ...init }),
    async attach(name, mediaType, given) {
      const bytes = given instanceof Readable ? await buffer(given) : Buffer.from(given)
      const sha256 = createHash('sha256').update(bytes).digest('hex')
      attachments.set(sha256, bytes)
      return { name, mediaType, size: bytes.length, sha256 }
    },
    async attachment(sha256) {
      const bytes = attachments.get(sha256)
      if (!bytes) throw new TypeError(`${sha256} was not attached`)
      return Readable.from([bytes])
    },
    async *published() {},
    given: async () => [],
    delivered: async () => [],
    begun: async () => [],
    async *visible() {},
    mark: async (key) => marks.get(key),
    async marks(from, to, limit) {
      const found = [...marks].filter(([key]) => key >= from && key < to)
      return found.sort(([a], [b]) => (a < b ? -1 : 1)).slice(0, limit)
    },
    results: async () => new Map(),
    wake() {},
    unacknowledged: async () => [],
    waiting: async () => [],
    waitingEvent: async () => undefined,
    collected: async () => {},
    notCollected: async () => {},
    compute,
    inTurn: (work) => work(),
    eventSchema: () => undefined,
    isAgency: () => true,
    secretFor: async (purpose) => createHash('sha256').update(`${secret} ${purpose}`).digest(),
    now: Date.now,
    keep(given = {}) {
      for (const [key, value] of Object.entries(given)) {
        if (value === null) marks.delete(key)
        else marks.set(key, value)
      }
    },
    ...overrides
  }
}

/** A thread for one question: without the host's limits. */
async function compute<Question, Answer>(program: URL, question: Question): Promise<Answer | undefined> {
  const worker = new Worker(program)
  const { promise, resolve, reject } = Promise.withResolvers<Answer>()
  worker.on('message', (message: Answer | typeof workerReady) => {
    if (message === workerReady) worker.postMessage(question)
    else resolve(message)
  })
  worker.once('error', reject)
  try {
    return await promise
  } finally {
    await worker.terminate()
  }
}
