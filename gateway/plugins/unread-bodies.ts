import type { IncomingMessage } from 'node:http'
import type { FastifyInstance } from 'fastify'
import { announcedBytes } from '../limits/announced-bytes.ts'

interface Dropped {
  readonly maxBytes: number
  /** How long they may take to arrive. */
  readonly ms: number
}

/** So much of a body that nobody wants is read and dropped, so that its connection can be kept. */
const usual: Dropped = { maxBytes: 1_048_576, ms: 2000 }
/**
 * The same of a body that is too large: many clients read no answer before they have sent all, and would see a broken
 * connection, after which they send it again. To drop it costs less than to refuse as many bytes in smaller requests.
 */
const tooLarge: Dropped = { maxBytes: 67_108_864, ms: 10_000 }

/**
 * What becomes of a connection whose request is answered before its body is
 * read: the rest of a small body is dropped, a larger one ends the connection.
 * Without a good token it ends in any case. It is not ended at once, or the
 * answer would be lost with it.
 */
export function addUnreadBodies(app: FastifyInstance): void {
  // A caller that asks first (`Expect: 100-continue`) is told to go on only when its body will be read.
  app.server.on('checkContinue', (request, response) => app.server.emit('request', request, response))
  // Any other expectation is none of HTTP, and ignored.
  app.server.on('checkExpectation', (request, response) => app.server.emit('request', request, response))
  app.addHook('preParsing', async ({ raw }, reply) => {
    if (isWaiting(raw)) reply.raw.writeContinue()
  })
  app.addHook('onSend', (request, reply, payload, done) => {
    const { raw } = request
    // Whether it sends its body now that it is refused is not known, so what comes next may be either.
    if (isWaiting(raw)) reply.header('connection', 'close')
    const announced = announcedBytes(raw.headers) ?? Number.POSITIVE_INFINITY
    if ((!raw.complete && announced > usual.maxBytes) || reply.statusCode === 401)
      reply.header('connection', 'close')
    const isDropped = reply.statusCode === 413 && (announced <= tooLarge.maxBytes || announced === Infinity)
    const dropped = isDropped ? tooLarge : usual
    if (!raw.complete && announced > 0) dropRest(raw, reply.getHeader('connection') === 'close', dropped)
    done(null, payload)
  })
}

/** As Node finds it, which then leaves the answer to us; HTTP/1.0 has no such expectation. */
function isWaiting({ headers, complete, httpVersion }: IncomingMessage): boolean {
  return !complete && httpVersion === '1.1' && /(?:^|\W)100-continue(?:$|\W)/i.test(headers.expect ?? '')
}

function dropRest(raw: IncomingMessage, closes: boolean, { maxBytes, ms }: Dropped): void {
  const { socket } = raw
  const timer = setTimeout(() => socket.destroy(), ms)
  let left = maxBytes
  raw.removeAllListeners('data') // Whoever began to read it has given up.
  raw.on('data', ({ length }: Buffer) => {
    left -= length
    if (left < 0) raw.pause() // Bytes that come to a closed connection would take the answer with them.
  })
  raw.once('close', () => clearTimeout(timer))
  raw.resume()
  if (!closes) return
  const end = socket.destroySoon.bind(socket)
  socket.destroySoon = () => void socket.end() // What node does once the answer is sent: it would cut the caller off.
  raw.once('end', end)
}
