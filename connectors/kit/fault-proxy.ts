import { once } from 'node:events'
import { createServer, connect as dial, type Socket } from 'node:net'
import { pause } from '#protocol/timing/retry.ts'

/** What the proxy does to requests from now on. */
export type Fault =
  | 'none'
  /** Refuses connections. */
  | 'refuse'
  /** Accepts, and answers nothing; the outside sees no request. */
  | 'hang'
  /** Resets the connection before the outside sees the request. */
  | 'reset'
  /** Resets the connection once the outside has answered. */
  | 'reset-after'
  /** Passes answers on half a second late. */
  | 'late'
  /** Passes the beginning of an answer on, and then a byte every 50 ms. */
  | 'trickle'
  /** Cuts the connection in the middle of an answer. */
  | 'cut'
  /** Answers with a page that the outside never wrote. */
  | 'garbage'
  /** Answers without an end. */
  | 'endless'

export interface FaultProxy {
  readonly port: number
  /** Sends connections to this port from now on. */
  aim(port: number): void
  /** Disturbs no request on its way. A connection that met a fault keeps it. */
  set(fault: Fault): Promise<void>
  /** Connections that are open now. */
  open(): number
  /** Requests that met the fault of now. */
  met(): number
  /** Bytes that were taken of the longest endless answer that has ended. */
  flooded(): number
  close(): Promise<void>
}

const portTries = 30
const portRetryMs = 1000
const lateMs = 500
const trickleMs = 50
/** Bytes of an answer that pass before it trickles: more than the head of an HTTP answer. */
const headBytes = 400
const maxFloodBytes = 67_108_864
const page = '<html><body>Đang bảo trì</body></html>'
const garbage = `HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: ${Buffer.byteLength(page)}\r\n\r\n${page}`

/** Stands between an instance and its outside, and breaks what passes. Without a target it waits for `aim`. */
export async function startFaultProxy(first = 0): Promise<FaultProxy> {
  const sockets = new Set<Socket>()
  let target = first
  let fault: Fault = 'none'
  let [met, flooded] = [0, 0]

  const server = createServer((near) => {
    let mine: Fault = 'none'
    const far = dial(target, '127.0.0.1')
    sockets.add(near)
    near
      .on('error', () => {})
      .on('close', () => {
        sockets.delete(near)
        far.destroy()
      })
    far
      .on('error', () => near.destroy())
      .on('close', () => {
        if (mine !== 'hang' && mine !== 'trickle') near.end() // Those are still to wait.
      })
    far.on('data', (bytes) => answer(mine, near, bytes))
    near.on('data', (bytes) => {
      if (mine === 'none') {
        mine = fault
        met += 1
        if (mine === 'endless') flood(near)
      }
      if (mine === 'reset') near.resetAndDestroy()
      else if (mine === 'garbage') near.end(garbage)
      else if (mine !== 'hang' && mine !== 'endless') far.write(bytes)
    })
  })

  const answer = (mine: Fault, near: Socket, bytes: Buffer): void => {
    if (mine === 'reset-after') near.resetAndDestroy()
    else if (mine === 'cut') near.end(bytes.subarray(0, bytes.length >> 1))
    else if (mine === 'late') setTimeout(() => near.writable && near.write(bytes), lateMs)
    else if (mine === 'trickle') trickle(near, bytes)
    else near.write(bytes)
  }

  const flood = (near: Socket): void => {
    const chunk = Buffer.alloc(65_536, ' ')
    near.write('HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: close\r\n\r\n[')
    let taken = 0
    near.once('close', () => {
      flooded = Math.max(flooded, taken)
    })
    const more = (): void => {
      while (near.writable && taken < maxFloodBytes) {
        taken += chunk.length
        if (!near.write(chunk)) return void near.once('drain', more)
      }
      near.destroy()
    }
    more()
  }

  /** While it refuses, its port may be given to a connection of another process: then it is tried again. */
  const listen = async (port: number): Promise<void> => {
    for (let left = portTries; ; left -= 1) {
      try {
        server.listen(port, '127.0.0.1')
        return void (await once(server, 'listening'))
      } catch (error) {
        if (left === 1 || (error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error
        await pause(portRetryMs)
      }
    }
  }
  await listen(0)
  const { port } = server.address() as { port: number }
  return {
    port,
    aim(at) {
      target = at
    },
    async set(next) {
      if (next === 'refuse' && server.listening) {
        for (const socket of sockets) socket.destroy()
        await new Promise((resolve) => server.close(resolve))
      }
      if (next !== 'refuse' && !server.listening) await listen(port)
      ;[fault, met, flooded] = [next, 0, 0]
    },
    open: () => sockets.size,
    met: () => met,
    flooded: () => flooded,
    async close() {
      for (const socket of sockets) socket.destroy()
      if (server.listening) await new Promise((resolve) => server.close(resolve))
    }
  }
}

function trickle(near: Socket, bytes: Buffer): void {
  near.write(bytes.subarray(0, headBytes))
  let at = headBytes
  const timer = setInterval(() => {
    if (at >= bytes.length || !near.writable) return clearInterval(timer)
    near.write(bytes.subarray(at, at + 1))
    at += 1
  }, trickleMs)
  timer.unref()
}
