import type { Attachments } from '#bus/attachments/attachments.ts'
import type { ExpiryAndRecall } from '#consumers/inbox/expiry-and-recall.ts'
import type { Logger } from '#engines/telemetry/logger.ts'

export interface SweepOptions {
  readonly expiryAndRecall: ExpiryAndRecall
  readonly attachments: Attachments
  /** Whether everything in the log is projected. */
  readonly caughtUp: (ms: number) => Promise<boolean>
  readonly logger: Logger
}

/** Whoever reads finds what has expired anyway; its senders see it after this. */
const expiryMs = 60_000
const attachmentsMs = 3_600_000

/** Ends what has expired and takes away attachments nobody needs, from time to time. Returns what stops it. */
export function startSweeps({ expiryAndRecall, attachments, caughtUp, logger }: SweepOptions): () => void {
  let orphansAreGone = false
  const sweepAttachments = async (): Promise<void> => {
    if (!(await caughtUp(0))) return // What a record lists is pinned once it is projected.
    if (!orphansAreGone) await attachments.sweepOrphans()
    orphansAreGone = true
    await attachments.sweep()
  }
  const every = (ms: number, sweep: () => Promise<unknown>): NodeJS.Timeout =>
    setInterval(
      () =>
        sweep().catch((error: unknown) =>
          logger.error(
            { err: error },
            'a scheduled clean-up failed (expired events or unused attachments); it runs again at its next interval'
          )
        ),
      ms
    )
  const timers = [every(expiryMs, expiryAndRecall.expireDue), every(attachmentsMs, sweepAttachments)]
  return () => {
    for (const timer of timers) clearInterval(timer)
  }
}
