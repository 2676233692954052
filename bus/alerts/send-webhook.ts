import { createHmac } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import type { WebhookChannel } from './alert-config.ts'
import type { AlertMessage } from './alert-message.ts'

/** Posts a message, signed as Standard Webhooks describe. Rejects unless the answer is 2xx; a redirect is no success. */
export async function sendWebhook(
  { url, secret, secretFile }: WebhookChannel,
  message: AlertMessage,
  { id, now, signal }: { readonly id: string; readonly now: number; readonly signal: AbortSignal }
): Promise<void> {
  const body = JSON.stringify(message)
  const timestamp = String(Math.floor(now / 1000))
  const key = secretFile === undefined ? (secret ?? '') : (await readFile(secretFile, 'utf8')).trim()
  const signature = createHmac('sha256', Buffer.from(key.replace(/^whsec_/, ''), 'base64'))
    .update(`${id}.${timestamp}.${body}`)
    .digest('base64')
  const response = await fetch(url, {
    ...{ method: 'POST', body, redirect: 'manual', signal },
    headers: {
      'content-type': 'application/json',
      'webhook-id': id,
      'webhook-timestamp': timestamp,
      'webhook-signature': `v1,${signature}`
    }
  })
  await response.body?.cancel()
  if (!response.ok) throw new TypeError(`the address answered ${response.status}`)
}
