import { connect } from 'node:net'

/** Sends bytes as they are, and returns all that comes back until the connection is closed, or is idle for so long. */
export function sendRaw(url: string, bytes: string, idleMs?: number): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>()
  const socket = connect(Number(new URL(url).port), '127.0.0.1', () => socket.write(bytes))
  let text = ''
  if (idleMs !== undefined) socket.setTimeout(idleMs, () => socket.destroy())
  socket.on('data', (more) => {
    text += more
  })
  socket.on('error', () => {})
  socket.on('close', () => resolve(text))
  return promise
}
