import { STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
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

/** For `clientErrorHandler`: answers what Node cannot read as a request, which no hook or handler sees. */
export function createUnreadableReplies(
  onRefused: (error: BusError) => void
): (error: NodeJS.ErrnoException, socket: Socket) => void {
  return (cause, socket) => {
    if (cause.code === 'ECONNRESET' || !socket.writable) return void socket.destroy()
    const error = ofNode(cause)
    onRefused(error)
    // Only bytes of an answer that has begun may follow on its connection.
    if (hasBegunToAnswer(socket)) return void socket.destroy()
    socket.end(rawProblem(error), () => socket.destroy())
  }
}

function hasBegunToAnswer(socket: Socket & { _httpMessage?: { readonly headersSent: boolean } }): boolean {
  return socket._httpMessage?.headersSent ?? false
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
