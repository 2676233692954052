import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import type { ReceiptLeaf } from '#protocol/trust/receipt.ts'

/** What the generator is to send. */
export interface Job {
  /** Where to, an address without a path. */
  readonly url: string
  readonly path: string
  readonly contentType: string
  /**
   * Whose events: their system's key signs them (`signed`, a token of its own
   * for each request), or makes one plain token for all (`plain`).
   */
  readonly sender: { readonly system: string; readonly keyFile: string }
  readonly token: 'signed' | 'plain'
  /** What tokens name in `aud`. */
  readonly audience: string
  readonly recipients: readonly string[]
  /** Events a request. */
  readonly batch: number
  readonly connections: number
  /** Requests whose events and tokens are made before the clock starts; past them each is made when it is due. */
  readonly ahead: number
  /** It ends after so many seconds, or so many requests, or when those made ahead are sent. */
  readonly seconds?: number
  readonly requests?: number
  /** Requests a second, at even distances; without it each connection sends when its last is answered. */
  readonly perSecond?: number
  /** Answers it looks at closely, receipts included, once the clock has stopped; 0 where the answers are not the bus's. */
  readonly samples: number
  /** Whether it tells when it sent each event. */
  readonly timed?: boolean
}

export interface Report {
  readonly requests: number
  /** Events that were accepted. */
  readonly events: number
  /** From the first request to the last answer. */
  readonly seconds: number
  /** Of requests, milliseconds. */
  readonly p50: number
  readonly p99: number
  /** Those whose hash and receipt hold. */
  readonly sampled: readonly ReceiptLeaf[]
  /** Of each event that was to be timed its id and when it was due, milliseconds since the epoch. */
  readonly sent: readonly (readonly [id: string, at: number])[]
  /** What was not as it should be; where there is any, the figures are worth nothing. */
  readonly problems: readonly string[]
}

/** The load generator, in a process of its own. One job at a time: made ready, then run. */
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
