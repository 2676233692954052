import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import type { ReceiptLeaf } from '#protocol/trust/receipt.ts'

/** What the generator sends. */
export interface Job {
  /** Address of the server, without a path. */
  readonly url: string
  readonly path: string
  readonly contentType: string
  /**
   * The sending system: its key signs the events (`signed`, a new token for each request), or one plain
   * token for all (`plain`).
   */
  readonly sender: { readonly system: string; readonly keyFile: string }
  readonly token: 'signed' | 'plain'
  /** The `aud` of tokens. */
  readonly audience: string
  readonly recipients: readonly string[]
  /** Number of subjects; by default 100,000. */
  readonly subjects?: number
  /** Events per request. */
  readonly batch: number
  readonly connections: number
  /** Requests whose events and tokens are made before the clock starts; later ones are made when they are due. */
  readonly ahead: number
  /** Ends after this many seconds or requests, or when the requests made ahead are sent. */
  readonly seconds?: number
  readonly requests?: number
  /** Requests per second, evenly spaced; without it each connection sends when its last request is answered. */
  readonly perSecond?: number
  /** Answers checked completely, including receipts, after the clock has stopped; 0 if the answers are not the bus's. */
  readonly samples: number
  /** Whether to report when each event was sent. */
  readonly timed?: boolean
}

export interface Report {
  readonly requests: number
  /** Events that were accepted. */
  readonly events: number
  /** From the first request to the last answer. */
  readonly seconds: number
  /** Of requests, in milliseconds. */
  readonly p50: number
  readonly p99: number
  /** Events whose hash and receipt are valid. */
  readonly sampled: readonly ReceiptLeaf[]
  /** For each timed event its id and when it was due, in milliseconds since the epoch. */
  readonly sent: readonly (readonly [id: string, at: number])[]
  /** What went wrong; if there is any, the figures are worthless. */
  readonly problems: readonly string[]
}

/** The load generator, in a separate process. Prepares and runs one job at a time. */
export interface Generator {
  /** Makes events and tokens, and opens the connections one after the other. */
  prepare(job: Job): Promise<void>
  run(): Promise<Report>
  end(): void
}

export type GeneratorRequest = { readonly prepare: Job } | { readonly run: true }
export type GeneratorAnswer =
  | { readonly ready: true }
  | { readonly report: Report }
  | { readonly failed: string }

export function startGenerator(): Generator {
  const child = fork(join(import.meta.dirname, 'generator-process.ts'))
  const ended = once(child, 'exit').then(() => ({ failed: 'the generator has ended' }))
  const ask = async (request: GeneratorRequest): Promise<GeneratorAnswer> => {
    child.send(request)
    const answered = once(child, 'message').then(([answer]) => answer as GeneratorAnswer)
    return Promise.race([answered, ended])
  }
  return {
    async prepare(job) {
      const answer = await ask({ prepare: job })
      if (!('ready' in answer)) throw new TypeError(`the generator: ${JSON.stringify(answer)}`)
    },
    async run() {
      const answer = await ask({ run: true })
      if (!('report' in answer)) throw new TypeError(`the generator: ${JSON.stringify(answer)}`)
      return answer.report
    },
    end: () => void child.kill()
  }
}
