import { connect, type Socket } from 'node:net'
import type { TestContext } from 'node:test'
import { until } from './until.ts'

/** A connection that sends what it is told, byte by byte, and reads only when it is let. */
export interface Line {
  readonly socket: Socket
  readonly got: () => string
  readonly isClosed: () => boolean
  /** Of the first answer. */
  readonly status: () => number
}

export function openLine(
  t: Pick<TestContext, 'after'>,
  url: string,
  { head, reads = true }: { readonly head: string; readonly reads?: boolean }
): Line {
  let got = ''
  let isClosed = false
  const socket = connect({ port: Number(new URL(url).port), host: '127.0.0.1' }, () => {
    if (!reads) socket.pause()
    socket.write(head)
  })
  socket.on('data', (chunk) => {
    got += chunk.toString('latin1')
  })
  socket.on('error', () => {})
  socket.on('close', () => {
    isClosed = true
  })
  t.after(() => socket.destroy())
  return { socket, got: () => got, isClosed: () => isClosed, status: () => Number(got.slice(9, 12)) }
}

/** The head of a request. */
export function headOf(method: string, path: string, ...headers: readonly string[]): string {
  return `${[`${method} ${path} HTTP/1.1`, 'host: x', ...headers].join('\r\n')}\r\n\r\n`
}

export const answered = ({ got }: Line): Promise<void> => until(() => got().includes('\r\n\r\n'), 10_000)
export const closed = ({ isClosed }: Line): Promise<void> => until(isClosed, 10_000)
export const headerOf = ({ got }: Line, name: string): string | undefined =>
  new RegExp(`\r\n${name}: ([^\r]*)`, 'i').exec(got())?.[1]
