import type { Socket } from 'node:net'
import type { BusError } from '#protocol/errors/bus-error.ts'
import { faults } from '../faults.ts'
import type { SmsSettings } from '../settings.ts'
import { isResponse } from './commands.ts'
import { dial } from './dial.ts'
import { createFrames } from './frames.ts'
import { type Pdu, type PduToWrite, readPdu, writePdu } from './pdu.ts'
import { statuses } from './statuses.ts'
import { unsent } from './unsent.ts'

export interface SmppConnection {
  /**
   * Sends a request, and resolves with its answer, whatever its status. Rejects when none comes any more; after the
   * end, as never sent.
   */
  request(request: Omit<PduToWrite, 'sequence'>): Promise<Pdu>
  /** Answers a request of the centre; nothing happens if the connection has ended. */
  respond(request: Pdu, status: number): void
  /** Why it ended; undefined while it stands. */
  ended(): BusError | undefined
  /** When the centre last answered a request, on the clock of `performance.now`. */
  answeredAt(): number
  /** Ends it at once. */
  end(why: BusError): void
}

export interface ConnectionOptions {
  readonly settings: SmsSettings
  /** Gives up connecting. */
  readonly signal: AbortSignal
  /** Called with each `deliver_sm` and `data_sm`; the receiver answers it. */
  readonly onMessage: (message: Pdu) => void
  readonly onEnd: () => void
}

/** Of answers that the centre does not take. */
const maxUnsentOctets = 1_048_576
const maxSequence = 0x7fff_ffff

interface Waiting {
  readonly command: string
  readonly timer: NodeJS.Timeout
  readonly resolve: (answer: Pdu) => void
  readonly reject: (error: BusError) => void
}

/** Connects, without a bind. */
export async function openConnection(options: ConnectionOptions): Promise<SmppConnection> {
  return new Connection(await dial(options.settings, options.signal), options)
}

class Connection implements SmppConnection {
  readonly #socket: Socket
  readonly #options: ConnectionOptions
  readonly #waiting = new Map<number, Waiting>()
  readonly #frames = createFrames()
  readonly #enquiring: NodeJS.Timeout
  #sequence = 0
  #heardAt = performance.now()
  #answeredAt = 0
  #ended: BusError | undefined

  constructor(socket: Socket, options: ConnectionOptions) {
    this.#socket = socket
    this.#options = options
    const everyMs = options.settings.enquireSeconds * 1000
    this.#enquiring = setInterval(() => {
      if (performance.now() - this.#heardAt >= everyMs / 2) this.#enquire()
    }, everyMs)
    socket
      .on('data', (chunk) => this.#take(chunk))
      .on('error', (cause: NodeJS.ErrnoException) => this.#lost(cause.code ?? cause.message, cause))
      .on('close', () => this.#lost('closed'))
  }

  ended(): BusError | undefined {
    return this.#ended
  }

  answeredAt(): number {
    return this.#answeredAt
  }

  request(request: Omit<PduToWrite, 'sequence'>): Promise<Pdu> {
    if (this.#ended) return Promise.reject(unsent('it had ended before', this.#ended))
    this.#sequence = this.#sequence === maxSequence ? 1 : this.#sequence + 1
    const sequence = this.#sequence
    const { responseTimeoutMs } = this.#options.settings
    const { promise, resolve, reject } = Promise.withResolvers<Pdu>()
    const timer = setTimeout(() => {
      const values = { command: request.command, seconds: Math.ceil(responseTimeoutMs / 1000) }
      this.end(faults.noAnswer({ values }))
    }, responseTimeoutMs)
    this.#waiting.set(sequence, { command: request.command, timer, resolve, reject })
    this.#write({ ...request, sequence })
    return promise
  }

  respond({ command, sequence }: Pdu, status: number): void {
    this.#write({ command: `${command}_resp`, sequence, status })
  }

  end(why: BusError): void {
    if (this.#ended) return
    this.#ended = why
    clearInterval(this.#enquiring)
    this.#socket.destroy()
    for (const { timer, reject } of this.#waiting.values()) {
      clearTimeout(timer)
      reject(why)
    }
    this.#waiting.clear()
    this.#options.onEnd()
  }

  #lost(problem: string, cause?: Error): void {
    this.end(faults.connectionLost({ values: { problem }, ...(cause && { cause }) }))
  }

  #enquire(): void {
    this.request({ command: 'enquire_link' }).catch(() => {}) // The connection has ended by itself.
  }

  #write(pdu: PduToWrite): void {
    if (this.#ended) return
    this.#socket.write(writePdu(pdu))
    if (this.#socket.writableLength > maxUnsentOctets) this.#lost('the centre takes no answers')
  }

  #take(chunk: Buffer): void {
    this.#heardAt = performance.now()
    const whole = this.#frames(chunk)
    if (!whole) return this.#lost('what came is no SMPP')
    for (const octets of whole) {
      if (this.#ended) return
      const pdu = readPdu(octets)
      if (isResponse(pdu.commandId)) this.#answered(pdu)
      else this.#asked(pdu)
    }
  }

  /** Answers come in any order; one to no request is passed over. */
  #answered(answer: Pdu): void {
    const waiting = this.#waiting.get(answer.sequence)
    const isNack = answer.command === 'generic_nack'
    if (!waiting || !(isNack || answer.command === `${waiting.command}_resp`)) return
    if (isNack && answer.status === statuses.ok) return this.#lost('a generic_nack came without an error')
    this.#answeredAt = performance.now()
    this.#waiting.delete(answer.sequence)
    clearTimeout(waiting.timer)
    waiting.resolve(answer)
  }

  #asked(request: Pdu): void {
    const { command, sequence } = request
    const isMessage = command === 'deliver_sm' || command === 'data_sm'
    if (isMessage && request.problem === undefined) return this.#options.onMessage(request)
    if (isMessage) {
      const isSource = request.problem?.startsWith('source_addr') === true
      return this.respond(request, isSource ? statuses.invalidSource : statuses.invalidLength)
    }
    if (command === 'enquire_link') return this.respond(request, statuses.ok)
    if (command === 'unbind') {
      this.respond(request, statuses.ok)
      return this.#lost('the centre ended the session')
    }
    if (command === 'outbind' || command === 'alert_notification') return // They have no answer.
    this.#write({ command: 'generic_nack', sequence, status: statuses.unknownCommand })
  }
}
