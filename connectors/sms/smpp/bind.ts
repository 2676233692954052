import type { BusError } from '#protocol/errors/bus-error.ts'
import { faults } from '../faults.ts'
import type { SmsSettings } from '../settings.ts'
import type { SmppConnection } from './connection.ts'
import { statuses, statusName } from './statuses.ts'

const interfaceVersion = 0x34

/** Binds as a transceiver, or ends the connection. */
export async function bind(
  connection: SmppConnection,
  settings: SmsSettings,
  signal: AbortSignal
): Promise<void> {
  const stop = (): void =>
    connection.end(faults.connectionLost({ cause: signal.reason, values: { problem: 'stopped' } }))
  signal.addEventListener('abort', stop, { once: true })
  try {
    const { systemId, password, systemType } = settings
    const fields = {
      system_id: systemId,
      password,
      system_type: systemType,
      interface_version: interfaceVersion
    }
    const { status } = await connection.request({ command: 'bind_transceiver', fields })
    if (status !== statuses.ok) throw bindFault(status)
  } catch (error) {
    connection.end(faults.connectionLost({ values: { problem: 'not bound' } }))
    throw error
  } finally {
    signal.removeEventListener('abort', stop)
  }
}

/** Wrong credentials pause the instance: no centre is asked again and again. */
export function bindFault(status: number): BusError {
  const values = { status: statusName(status) }
  if (status === statuses.wrongPassword || status === statuses.wrongSystemId)
    return faults.credentials({ values })
  return status === statuses.alreadyBound ? faults.alreadyBound({ values }) : faults.bindFailed({ values })
}
