import { randomBytes } from 'node:crypto'
import type { OutboundEvent } from '#connectors/connector.ts'

/** A request for a notice. */
export function noticeOf(): OutboundEvent {
  const hash = randomBytes(32).toString('hex')
  const data = {
    ...{ notificationId: hash.slice(0, 12), channel: 'EMAIL', title: 'Thông báo', text: 'Nội dung' },
    ...{ recipient: { address: 'an@bus.test' }, urgent: false, attachments: [] }
  }
  const event = {
    ...{ specversion: '1.0', id: hash.slice(0, 16), source: '/agencies/000.00.92.H03/systems/one-stop' },
    ...{ type: 'notification.requested.v1', subject: hash.slice(0, 12), data }
  }
  return { hash, recordedTime: new Date().toISOString(), event: event as unknown as OutboundEvent['event'] }
}
