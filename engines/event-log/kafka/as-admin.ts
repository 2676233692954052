import type { Admin, Kafka } from 'kafkajs'
import { BusError } from '#protocol/errors/bus-error.ts'
import { brokersUnavailable } from './broker-faults.ts'
import { withTimeout } from './with-timeout.ts'

/** Time limit for one question to the brokers. */
export const askMs = 10_000

/** Disconnects a client. Waits until it has connected first: disconnected earlier, it would stay open. */
export async function letGo(client: Pick<Admin, 'disconnect'>, connecting: Promise<unknown>): Promise<void> {
  await Promise.allSettled([connecting])
  await client.disconnect().catch(() => {}) // Nothing of ours is in progress.
}

/** Runs `work` with an admin client of its own. Failures of the brokers become `BUS_LOG_UNAVAILABLE`. */
export async function asAdmin<T>(kafka: Kafka, work: (admin: Admin) => Promise<T>): Promise<T> {
  const admin = kafka.admin({ retry: { initialRetryTime: 100, maxRetryTime: 500, retries: 5 } })
  const connecting = admin.connect()
  try {
    await withTimeout(connecting, askMs)
    return await work(admin)
  } catch (cause) {
    if (cause instanceof BusError) throw cause
    throw brokersUnavailable(cause)
  } finally {
    void letGo(admin, connecting)
  }
}
