import { connect } from 'node:net'

export interface HttpAnswer {
  /** 0 if the connection ended without an answer. */
  readonly status: number
  readonly body: string
}

/**
 * A kept-alive connection that sends one request at a time and reads answers with a length. Node's own
 * client costs as much as the server; on a machine with few cores, that would be measured too.
 */
export interface HttpConnection {
  send(request: string): Promise<HttpAnswer>
  close(): void
}

/** A request as bytes on the wire. */
export function requestText(
  method: 'GET' | 'POST',
  path: string,
  headers: Readonly<Record<string, string>>,
  body = ''
): string {
  const all = { host: 'bench', ...headers, 'content-length': String(Buffer.byteLength(body)) }
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`)
  return `${method} ${path} HTTP/1.1\r\n${lines.join('')}\r\n${body}`
}

export function openConnection(url: string): HttpConnection {
  const { hostname, port } = new URL(url)
  const socket = connect({ host: hostname, port: Number(port), noDelay: true })
  let waiting: ((answer: HttpAnswer) => void) | undefined
  let parts: Buffer[] = []
  let received = 0
  let expected: Expected | undefined

  const answer = (found: HttpAnswer): void => {
    const resolve = waiting
    waiting = undefined
    parts = []
    received = 0
    expected = undefined
    resolve?.(found)
  }
  const onData = (chunk: Buffer): void => {
    parts.push(chunk)
    received += chunk.length
    if (expected && received < expected.length) return
    const all = parts.length === 1 ? chunk : Buffer.concat(parts)
    expected ??= expectedOf(all)
    if (expected && received >= expected.length) {
      answer({ status: expected.status, body: all.toString('utf8', expected.bodyAt) })
    }
  }
  socket.on('data', onData)
  socket.on('error', () => {}) // `close` follows.
  socket.on('close', () => answer({ status: 0, body: '' }))

  return {
    send(request) {
      if (socket.destroyed) return Promise.resolve({ status: 0, body: '' })
      const { promise, resolve } = Promise.withResolvers<HttpAnswer>()
      waiting = resolve
      socket.write(request)
      return promise
    },
    close: () => void socket.destroy()
  }
}

interface Expected {
  readonly status: number
  readonly bodyAt: number
  /** Length of the whole answer, including its head. */
  readonly length: number
}

function expectedOf(received: Buffer): Expected | undefined {
  const end = received.indexOf('\r\n\r\n')
  if (end < 0) return undefined
  const head = received.toString('latin1', 0, end)
  const [, length = '0'] = /\r\ncontent-length: *(\d+)/i.exec(head) ?? []
  return { status: Number(head.slice(9, 12)), bodyAt: end + 4, length: end + 4 + Number(length) }
}
