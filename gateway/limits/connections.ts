import type { Server, Socket } from 'node:net'
import { BusError } from '#protocol/errors/bus-error.ts'
import { toProblem } from '#protocol/errors/problem.ts'
import { addressOf } from './caller-address.ts'
import type { LimitsConfig } from './limits-config.ts'

export interface ConnectionLimitsOptions {
  readonly limits: Pick<LimitsConfig, 'connections' | 'connectionsPerAddress'>
  readonly isEncrypted: boolean
  readonly onRefused: () => void
}

/** Kept back for files, threads and the management port. */
const keptDescriptors = 128

/**
 * Holds the connections of all callers below what the process may open, and
 * those of one address below a part of that. A connection may need a
 * descriptor more, for an attachment.
 */
export function limitConnections(server: Server, options: ConnectionLimitsOptions): void {
  const { limits, isEncrypted, onRefused } = options
  const { connections = Math.max(8, Math.floor((descriptorLimit() - keptDescriptors) / 2)) } = limits
  const { connectionsPerAddress = Math.ceil(connections / 2) } = limits
  const counts = new Map<string, number>()
  server.maxConnections = connections
  server.on('drop', onRefused)
  server.on('connection', (socket: Socket) => {
    const address = addressOf(socket.remoteAddress)
    const count = (counts.get(address) ?? 0) + 1
    counts.set(address, count)
    socket.once('close', () => {
      const left = (counts.get(address) ?? 1) - 1
      if (left === 0) counts.delete(address)
      else counts.set(address, left)
    })
    if (count <= connectionsPerAddress) return
    onRefused()
    if (isEncrypted) socket.destroy()
    else socket.end(refusal(), () => socket.destroy())
  })
}

function descriptorLimit(): number {
  Object.assign(process.report, { excludeNetwork: true }) // It would ask for the names of addresses.
  const { userLimits } = process.report.getReport() as {
    readonly userLimits?: { readonly open_files?: { readonly soft?: number | string } }
  }
  const limit = Number(userLimits?.open_files?.soft)
  return Number.isFinite(limit) ? Math.min(limit, 65_536) : 65_536 // `unlimited`, or a system that does not tell.
}

/** In the bus's own language: what the caller prefers is not read. */
function refusal(): string {
  const error = new BusError('BUS_TOO_MANY_REQUESTS', 'connections-too-many')
  const body = JSON.stringify(toProblem(error, { language: 'vi' }))
  return [
    'HTTP/1.1 429 Too Many Requests',
    'content-type: application/problem+json',
    `content-length: ${Buffer.byteLength(body)}`,
    'retry-after: 1',
    'connection: close',
    '',
    body
  ].join('\r\n')
}
