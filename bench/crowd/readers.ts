import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'

/** What a process of readers asks, again and again. */
export interface Reading {
  readonly url: string
  readonly seconds: number
  /** Each reader asks as one system, the addresses in turn; `{next}` in one is where its last page ended. */
  readonly readers: readonly {
    readonly system: string
    readonly keyFile: string
    readonly paths: readonly string[]
  }[]
  /** Each reader begins a request so often, unless the one before is not answered yet. */
  readonly everyMs: number
}

export interface ReadingReport {
  /** Answers by status; 0 for a connection that ended without one. */
  readonly statuses: Readonly<Record<string, number>>
}

export interface ReaderProcess {
  run(reading: Reading): Promise<ReadingReport>
  end(): void
}

/** A process that makes requests of many readers, one `Reading` at a time. */
export function startReaderProcess(): ReaderProcess {
  const child = fork(join(import.meta.dirname, 'reader-process.ts'))
  return {
    async run(reading) {
      child.send(reading)
      const [answer] = (await once(child, 'message')) as [ReadingReport | { readonly failed: string }]
      if ('failed' in answer) throw new TypeError(`the readers: ${answer.failed}`)
      return answer
    },
    end: () => void child.kill()
  }
}
