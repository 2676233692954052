import { setTimeout as pause } from 'node:timers/promises'
import { GatewayError } from '#client/gateway-error.ts'

/** Repeats work while a busy gateway asks for it. */
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
