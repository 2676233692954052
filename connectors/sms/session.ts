import { randomInt, randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import type { ConnectorIo, Session } from '../connector.ts'
import { faults } from './faults.ts'
import { createDoubtfulQueue, type DoubtfulQueue } from './inbound/doubtful-queue.ts'
import { createInbox, type Inbox } from './inbox.ts'
import { createPace, type Pace } from './outbound/pace.ts'
import type { SmsSettings } from './settings.ts'
import { bind } from './smpp/bind.ts'
import { openConnection, type SmppConnection } from './smpp/connection.ts'

export interface SmsSession extends Session {
  readonly settings: SmsSettings
  readonly connection: SmppConnection
  readonly inbox: Inbox
  readonly pace: Pace
  /** Deliveries in doubt that the next poll is to keep. */
  readonly doubtful: DoubtfulQueue
  /** Joins the parts of a long message: 256 in turn. */
  nextJoining(): number
  /** Whether reports that wait for long are to be looked at again: on an account with other systems they are many. */
  isTimeForOld(now: number): boolean
  /** Polls again after a while. */
  wakeIn(ms: number): void
}

const unbindMs = 1000
const oldReportsMs = 30_000

/** Connects and binds as a transceiver. */
export async function openSession(settings: SmsSettings, io: ConnectorIo): Promise<SmsSession> {
  const inbox = createInbox({
    session: randomUUID(),
    respond: (message, status) => connection.respond(message, status),
    wake: io.wake,
    now: io.now
  })
  const connection = await openConnection({
    settings,
    signal: io.signal,
    onMessage: inbox.add, // A centre may send what it has before it answers the bind.
    onEnd: io.wake // The next poll fails, and the host connects again.
  })
  await bind(connection, settings, io.signal)
  let timer: NodeJS.Timeout | undefined
  let joining = randomInt(256)
  let oldAt = Number.NEGATIVE_INFINITY
  return {
    ...{ settings, connection, inbox, pace: createPace(settings), doubtful: createDoubtfulQueue() },
    nextJoining() {
      joining = (joining + 1) % 256
      return joining
    },
    isTimeForOld(now) {
      if (now - oldAt < oldReportsMs) return false
      oldAt = now
      return true
    },
    wakeIn(ms) {
      clearTimeout(timer)
      timer = setTimeout(io.wake, ms)
    },
    async close() {
      clearTimeout(timer)
      const unbound = connection.request({ command: 'unbind' }).catch(() => {})
      await Promise.race([unbound, pause(unbindMs, undefined, { ref: false })])
      connection.end(faults.connectionLost({ values: { problem: 'closed' } }))
    }
  }
}
