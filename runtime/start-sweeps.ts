import type { Attachments } from '#bus/attachments/attachments.ts'
import type { Endings } from '#consumers/inbox/ending.ts'
import type { Logger } from '#engines/telemetry/logger.ts'

export interface SweepOptions {
  readonly endings: Endings
  readonly attachments: Attachments
  /** Whether everything in the log is projected. */
  readonly caughtUp: (ms: number) => Promise<boolean>
  readonly logger: Logger
}

/** Whoever reads finds what has expired anyway; its senders see it after this. */
const expiryMs = 60_000
const attachmentsMs = 3_600_000

/** Ends what has expired and takes away attachments nobody needs, from time to time. Returns what stops it. */
export function startSweeps({ endings, attachments, caughtUp, logger }: SweepOptions): () => void {
  let orphansAreGone = false
  const sweepAttachments = async (): Promise<void> => {
    if (!(await caughtUp(0))) return // What a record lists is pinned once it is projected.
    if (!orphansAreGone) await attachments.sweepOrphans()
    orphansAreGone = true
    await attachments.sweep()
  }
  const every = (ms: number, sweep: () => Promise<unknown>): NodeJS.Timeout =>
    setInterval(() => sweep().catch((error: unknown) => logger.error({ err: error }, 'not swept')), ms)
  const timers = [every(expiryMs, endings.expireDue), every(attachmentsMs, sweepAttachments)]
  return () => {
    for (const timer of timers) clearInterval(timer)
  }
}
