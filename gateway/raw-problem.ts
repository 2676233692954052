import { STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import type { TLSSocket } from 'node:tls'
import { BusError } from '#protocol/errors/bus-error.ts'
import { toProblem } from '#protocol/errors/problem.ts'

/** A whole answer, for a connection without a request. In Vietnamese: which language the caller reads is not known. */
export function rawProblem(error: BusError): string {
  const problem = toProblem(error, { language: 'vi' })
  const body = JSON.stringify(problem)
  return [
    `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status]}`,
    'content-type: application/problem+json',
    `content-length: ${Buffer.byteLength(body)}`,
    ...(problem.status === 429 ? ['retry-after: 1'] : []),
    'connection: close',
    '',
    body
  ].join('\r\n')
}

/** How long what still comes is read and dropped: a connection that is closed with unread bytes loses its answer. */
const droppedMs = 2000

/** For `clientErrorHandler`: answers what Node cannot read as a request, which no hook or handler sees. */
export function createUnreadableReplies(
  onRefused: (error: BusError) => void
): (error: NodeJS.ErrnoException, socket: Socket) => void {
  const answered = new WeakSet<Socket>()
  return (cause, socket) => {
    if (answered.has(socket)) return
    const isSilent = socket.bytesRead === 0
    if (cause.code === 'ECONNRESET' || !socket.writable || isSilent || isShakingHands(socket)) {
      return void socket.destroy()
    }
    const error = ofNode(cause)
    onRefused(error)
    if (isAnswering(socket)) return void socket.destroy()
    answered.add(socket)
    const timer = setTimeout(() => socket.destroy(), droppedMs)
    socket.once('close', () => clearTimeout(timer))
    socket.end(rawProblem(error))
  }
}

interface Answer {
  readonly headersSent: boolean
  readonly req: { readonly complete: boolean }
}

/** Whether the next bytes on a connection are taken for the answer to a request that came whole, or for more of one that has begun. */
function isAnswering(socket: Socket & { readonly _httpMessage?: Answer }): boolean {
  const answer = socket._httpMessage
  return answer !== undefined && answer !== null && (answer.headersSent || answer.req.complete)
}

/** Before TLS is agreed on, nothing can be sent. */
function isShakingHands(socket: Socket & Partial<Pick<TLSSocket, 'getProtocol'>>): boolean {
  return socket.getProtocol?.() === 'unknown'
}

function ofNode(cause: NodeJS.ErrnoException): BusError {
  switch (cause.code) {
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return new BusError('BUS_REQUEST_TIMEOUT', 'request-cut-off', { cause })
    case 'HPE_HEADER_OVERFLOW':
      return new BusError('BUS_HEADERS_TOO_LARGE', 'head-too-large', { cause })
    default:
      return new BusError('BUS_REQUEST_INVALID', 'request-unreadable', { cause })
  }
}
