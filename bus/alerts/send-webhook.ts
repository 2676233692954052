import { createHmac } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import type { WebhookChannel } from './alert-config.ts'
import type { AlertMessage } from './alert-message.ts'

const timeoutMs = 15_000

/** Posts a message, signed as Standard Webhooks describe. Resolves with the answer unless that is 2xx; a redirect is no success. */
export async function sendWebhook(
  { url, secret, secretFile }: WebhookChannel,
  message: AlertMessage,
  { id, now }: { readonly id: string; readonly now: number }
): Promise<string | undefined> {
  const body = JSON.stringify(message)
  const timestamp = String(Math.floor(now / 1000))
  const key = secretFile === undefined ? (secret ?? '') : (await readFile(secretFile, 'utf8')).trim()
  const signature = createHmac('sha256', Buffer.from(key.replace(/^whsec_/, ''), 'base64'))
    .update(`${id}.${timestamp}.${body}`)
    .digest('base64')
  const response = await fetch(url, {
    ...{ method: 'POST', body, redirect: 'manual', signal: AbortSignal.timeout(timeoutMs) },
    headers: {
      'content-type': 'application/json',
      'webhook-id': id,
      'webhook-timestamp': timestamp,
      'webhook-signature': `v1,${signature}`
    }
  })
  await response.body?.cancel()
  return response.ok ? undefined : `the address answered ${response.status}`
}
