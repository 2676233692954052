import type { Server, Socket } from 'node:net'
import { BusError } from '#protocol/errors/bus-error.ts'
import { rawProblem } from '../raw-problem.ts'
import { addressOf } from './caller-address.ts'
import type { LimitsConfig } from './limits-config.ts'

export interface ConnectionLimitsOptions {
  /** How many files and connections the process may have open; undefined if that is not known. */
  readonly descriptorLimit: number | undefined
  readonly limits: Pick<LimitsConfig, 'connections' | 'connectionsPerAddress'>
  readonly isEncrypted: boolean
  readonly onRefused: () => void
}

/** Kept back for files, threads and the management port. */
const keptDescriptors = 128
/** More are not used, whatever the system allows. */
const maxDescriptors = 65_536

/**
 * Limits the connections of all callers to what the process can open, and those of one address to a part of
 * that. Each connection may need a second descriptor, for an attachment.
 */
export function limitConnections(server: Server, options: ConnectionLimitsOptions): void {
  const { limits, descriptorLimit = maxDescriptors, isEncrypted, onRefused } = options
  const descriptors = Math.min(descriptorLimit, maxDescriptors) - keptDescriptors
  const { connections = Math.max(8, Math.floor(descriptors / 2)) } = limits
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
    else
      socket.end(rawProblem(new BusError('BUS_TOO_MANY_REQUESTS', 'connections-too-many')), () =>
        socket.destroy()
      )
  })
}
