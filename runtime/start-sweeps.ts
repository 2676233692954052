import type { Attachments } from '#bus/attachments/attachments.ts'
import type { ExpiryAndRecall } from '#consumers/inbox/expiry-and-recall.ts'
import type { Logger } from '#engines/telemetry/logger.ts'

export interface SweepOptions {
  readonly expiryAndRecall: ExpiryAndRecall
  readonly attachments: Attachments
  /** Waits up to `ms` until the whole log is projected; returns whether it is. */
  readonly caughtUp: (ms: number) => Promise<boolean>
  readonly logger: Logger
}

/** Readers never get expired events anyway; senders see the expiry after at most this time. */
const expiryMs = 60_000
const attachmentsMs = 3_600_000

/**
 * From time to time ends what has expired and removes attachments that nobody needs. Returns a function
 * that stops it.
 */
export function startSweeps({ expiryAndRecall, attachments, caughtUp, logger }: SweepOptions): () => void {
  let orphansAreGone = false
  const sweepAttachments = async (): Promise<void> => {
    if (!(await caughtUp(0))) return // Only a projected record keeps the attachments that it lists.
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
  const expireDue = async (): Promise<void> => {
    while (await expiryAndRecall.expireSome()); // Others write in between.
  }
  const timers = [every(expiryMs, expireDue), every(attachmentsMs, sweepAttachments)]
  return () => {
    for (const timer of timers) clearInterval(timer)
  }
}
