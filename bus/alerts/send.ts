import { BusError } from '#protocol/errors/bus-error.ts'
import { visible } from '#protocol/errors/visible-text.ts'
import type { AlertChannel } from './alert-config.ts'
import type { AlertMessage } from './alert-message.ts'
import { sendMail } from './send-mail.ts'
import { sendWebhook } from './send-webhook.ts'

export interface SendOptions {
  /** The same when a message is sent again, so that a receiver knows it. */
  readonly id: string
  readonly now: number
}

/** Sends a message over a channel. Rejects with `BUS_PEER_FAILED` if it was not taken. */
export async function sendOver(
  { name: channel, mail, webhook }: AlertChannel,
  message: AlertMessage,
  options: SendOptions
): Promise<void> {
  const sending = async (): Promise<string | undefined> =>
    mail ? sendMail(mail, message, options) : webhook && sendWebhook(webhook, message, options)
  const problem = await sending().catch((cause: unknown) => {
    throw new BusError('BUS_PEER_FAILED', 'alert-channel-failed', {
      cause,
      values: { channel, problem: reasonOf(cause) }
    })
  })
  if (problem === undefined) return
  throw new BusError('BUS_PEER_FAILED', 'alert-channel-failed', { values: { channel, problem } })
}

const maxReason = 200

/** What libraries for SMTP and HTTP say of a failure; `fetch` has the reason in its cause. */
function reasonOf(error: unknown): string {
  const { cause, message = '' } = (error ?? {}) as { readonly cause?: unknown; readonly message?: string }
  const inner = (cause ?? {}) as { readonly code?: string; readonly message?: string }
  return visible(inner.code ?? inner.message ?? (message || String(error))).slice(0, maxReason)
}
