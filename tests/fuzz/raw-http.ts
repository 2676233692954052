import { connect, type Socket } from 'node:net'

/** A request as it is put on the wire: header values are bytes, written as Latin-1. */
export interface RawRequest {
  readonly method: string
  readonly path: string
  readonly headers: readonly (readonly [name: string, value: string])[]
  /** Base64. */
  readonly body: string
}

export interface RawAnswer {
  /** 0 where the connection ended without an answer, 599 where none came in time. */
  readonly status: number
  readonly body: string
}

export interface RawClient {
  send(request: RawRequest): Promise<RawAnswer>
  close(): void
}

/** Sends requests one after the other, whatever they hold: a library's client would refuse to write most of them. */
export function createRawClient(port: number): RawClient {
  let kept: Socket | undefined
  return {
    async send(request) {
      if (!isPlain(request)) return exchange(connectTo(port), request, true)
      const known = kept?.destroyed === false ? kept : undefined
      kept = known ?? connectTo(port)
      const answer = await exchange(kept, request, false)
      if (answer.closes) kept = undefined
      // A kept connection may have been closed at its other end meanwhile: only a new one tells.
      return known && answer.status === 0 ? this.send(request) : answer
    },
    close: () => void kept?.destroy()
  }
}

function connectTo(port: number): Socket {
  return connect({ port, host: '127.0.0.1', noDelay: true })
}

/** Whether the answer to it is one answer, so that the connection can be used again. */
function isPlain({ method, path, headers }: RawRequest): boolean {
  const fields = headers.every(([name, value]) => /^[a-z0-9_-]+$/i.test(name) && /^[\x20-\x7e]*$/.test(value))
  const names = headers.map(([name]) => name.toLowerCase())
  return (
    fields &&
    /^[A-Z]+$/.test(method) &&
    /^[\x21-\x7e]+$/.test(path) &&
    !names.some((name) => /^(content-length|transfer-encoding|connection|upgrade|expect|host)$/.test(name))
  )
}

function written({ method, path, headers, body }: RawRequest): Buffer {
  const bytes = Buffer.from(body, 'base64')
  const fields = headers.map(([name, value]) => `${name}: ${value}\r\n`).join('')
  const length = method === 'GET' ? '' : `content-length: ${bytes.length}\r\n`
  return Buffer.concat([
    Buffer.from(`${method} ${path} HTTP/1.1\r\nhost: fuzz\r\n${fields}${length}\r\n`, 'latin1'),
    bytes
  ])
}

type Answered = RawAnswer & { readonly closes: boolean }

/** Longest wait for an answer; a request that may be half of one is not waited for long. */
const waitMs = { whole: 15_000, odd: 1000 }

function exchange(socket: Socket, request: RawRequest, isOdd: boolean): Promise<Answered> {
  const { promise, resolve } = Promise.withResolvers<Answered>()
  const isHead = request.method === 'HEAD'
  let received: Buffer = Buffer.alloc(0)
  const finish = (answer: Answered): void => {
    clearTimeout(timer)
    socket.off('data', onData).off('close', onEnd)
    if (isOdd || answer.closes) socket.destroy()
    resolve(answer)
  }
  const onData = (chunk: Buffer): void => {
    received = Buffer.concat([received, chunk])
    const answer = answerIn(received, isHead)
    if (answer) finish(answer)
  }
  const onEnd = (): void => finish({ ...(answerIn(received, true) ?? { status: 0, body: '' }), closes: true })
  const onTime = (): void => finish({ status: isOdd ? 0 : 599, body: 'no answer in time', closes: true })
  const timer = setTimeout(onTime, isOdd ? waitMs.odd : waitMs.whole)
  socket.on('data', onData).on('close', onEnd)
  if (socket.listenerCount('error') === 0) socket.on('error', () => {}) // `close` follows.
  socket.write(written(request))
  return promise
}

/** The answer, once all of it is there; `whole` says that no more will come. */
function answerIn(received: Buffer, whole: boolean): Answered | undefined {
  const end = received.indexOf('\r\n\r\n')
  if (end < 0) return undefined
  const head = received.subarray(0, end).toString('latin1')
  const body = received.subarray(end + 4)
  if (head.startsWith('HTTP/1.1 1')) return answerIn(body, whole) // Go on, it says: the answer comes after it.
  const isEmpty = head.startsWith('HTTP/1.1 204')
  const length = isEmpty ? 0 : Number(/\r\ncontent-length: *(\d+)/i.exec(head)?.[1] ?? Number.NaN)
  if (!whole && !(body.length >= length)) return undefined
  return {
    status: Number(head.slice(9, 12)),
    body: body.subarray(0, Number.isNaN(length) ? body.length : length).toString('utf8'),
    closes: /\r\nconnection: *close/i.test(head)
  }
}
