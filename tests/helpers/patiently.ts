import { setTimeout as pause } from 'node:timers/promises'
import { GatewayError } from '#client/gateway-error.ts'

/** Does again what a busy gateway asks to be done again. */
export async function patiently<T>(work: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await work()
    } catch (error) {
      if (!(error instanceof GatewayError) || error.problem.status !== 503) throw error
      await pause(error.waitMs ?? 100)
    }
  }
}
