import { once } from 'node:events'
import smpp, { type PDU, type Session } from 'smpp'
import type { Client } from '#client/client.ts'
import { newEvent } from '#client/new-event.ts'

interface Centre {
  readonly port: number
  readonly systemId: string
  readonly password: string
}

/** Binds to a message centre with the library `smpp`. */
export async function bindBare(options: Centre, onReport = (_: PDU): void => {}): Promise<Session> {
  const session = smpp.connect({ host: '127.0.0.1', port: options.port })
  session.on('error', () => {}).on('deliver_sm', onReport)
  const account = { system_id: options.systemId, password: options.password }
  await new Promise((resolve) => void session.bind_transceiver(account, resolve))
  return session
}

/** Sends a text without diacritics, and gives the id of its message. */
export function sendBare(session: Session, number: string, text: string): Promise<string> {
  const unaccented = text.normalize('NFD').replaceAll(/\p{M}/gu, '').replaceAll('đ', 'd')
  const fields = { source_addr: 'BENCH', destination_addr: number, short_message: unaccented }
  return new Promise((resolve) => {
    session.submit_sm({ ...fields, registered_delivery: 1 }, ({ message_id: id = '' }) => resolve(id))
  })
}

/** Publishes delivery reports as signed batches of what has come, and answers them. */
export async function publishReports(client: Client, options: ReportOptions): Promise<void> {
  const waiting: PDU[] = []
  const session = await bindBare(options, (pdu) => void waiting.push(pdu))
  for (let left = options.count; left > 0; ) {
    if (waiting.length === 0) await once(session, 'deliver_sm')
    const batch = waiting.splice(0, 100)
    await client.publish(...batch.map((pdu) => newEvent(client.system, reportOf(pdu, options.recipient))))
    for (const pdu of batch) session.send(pdu.response())
    options.add(batch.length)
    left -= batch.length
  }
  session.destroy()
}

interface ReportOptions extends Centre {
  readonly count: number
  readonly recipient: string
  readonly add: (events: number) => void
}

function reportOf({ short_message: short }: PDU, recipient: string) {
  const [, id = ''] = /id:(\S+) .*stat:DELIVRD/.exec(String(short?.message)) ?? []
  const data = {
    notificationId: id,
    channel: 'SMS',
    outsideId: id,
    deliveredAt: new Date().toISOString(),
    parts: 1
  }
  return { type: 'notification.delivered.v1', subject: id, recipients: [recipient], data }
}
