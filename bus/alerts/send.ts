import { BusError } from '#protocol/errors/bus-error.ts'
import { visible } from '#protocol/errors/visible-text.ts'
import { withTimeout } from '#protocol/timing/with-timeout.ts'
import type { AlertChannel } from './alert-config.ts'
import type { AlertMessage } from './alert-message.ts'
import { sendMail } from './send-mail.ts'
import { sendWebhook } from './send-webhook.ts'

export interface SendOptions {
  /** The same when a message is sent again, so that a receiver knows it. */
  readonly id: string
  readonly now: number
  /** Ends the try. */
  readonly signal: AbortSignal
}

/** Longest time of a try in all, however slowly a server answers. */
export const longestSendMs = 30_000

/**
 * Sends a message over a channel. Rejects with `BUS_PEER_FAILED` if it was not taken; the fault is
 * `alert-recipients-refused` if it was taken for some recipients only.
 */
export async function sendOver(
  { name: channel, mail, webhook }: AlertChannel,
  message: AlertMessage,
  options: SendOptions
): Promise<void> {
  const send = async (signal: AbortSignal): Promise<readonly string[]> => {
    if (mail) return sendMail(mail, message, { ...options, signal })
    if (webhook) await sendWebhook(webhook, message, { ...options, signal })
    return []
  }
  const refused = await withTimeout(options.signal, longestSendMs, send).catch((cause: unknown) => {
    throw new BusError('BUS_PEER_FAILED', 'alert-channel-failed', {
      cause,
      values: { channel, problem: reasonOf(cause) }
    })
  })
  if (refused.length === 0) return
  throw new BusError('BUS_PEER_FAILED', 'alert-recipients-refused', {
    values: { channel, recipients: refused.join(', ') }
  })
}

const maxReason = 200

/** What libraries for SMTP and HTTP say of a failure; `fetch` has the reason in its cause. */
function reasonOf(error: unknown): string {
  const { cause, message = '' } = (error ?? {}) as { readonly cause?: unknown; readonly message?: string }
  const inner = (cause ?? {}) as { readonly code?: string; readonly message?: string }
  return visible(inner.code ?? inner.message ?? (message || String(error))).slice(0, maxReason)
}
