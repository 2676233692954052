import type { Logger } from '#engines/telemetry/logger.ts'
import { codeOf } from '#protocol/errors/bus-error.ts'

/** Writes log lines about failures: when they begin, when their cause changes, once an hour, and when they end. */
export interface FailureNotice {
  failed(error: unknown): void
  ended(): void
}

const againMs = 3_600_000

export function createFailureNotice(
  logger: Pick<Logger, 'warn' | 'info'>,
  texts: { readonly failing: string; readonly ended: string },
  now: () => number
): FailureNotice {
  let current: { readonly cause: string; readonly toldAt: number } | undefined
  let count = 0
  return {
    failed(error) {
      count += 1
      const cause = `${codeOf(error)} ${error instanceof Error ? error.message : error}`
      if (current?.cause === cause && now() < current.toldAt + againMs) return
      current = { cause, toldAt: now() }
      logger.warn({ err: error, count }, texts.failing)
    },
    ended() {
      if (!current) return
      logger.info({ count }, texts.ended)
      current = undefined
      count = 0
    }
  }
}
