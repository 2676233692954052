import { brokersUnavailable } from './broker-faults.ts'

/** Resolves with the client's answer, or rejects with `BUS_LOG_UNAVAILABLE` after `ms`; a later answer is ignored. */
export async function withTimeout<T>(what: Promise<T>, ms: number): Promise<T> {
  const late = Promise.withResolvers<never>()
  const timer = setTimeout(() => late.reject(new TypeError(`no answer in ${ms} ms`)), ms)
  what.catch(() => {}) // It may fail when nobody waits for it any more.
  try {
    return await Promise.race([what, late.promise])
  } catch (cause) {
    throw brokersUnavailable(cause)
  } finally {
    clearTimeout(timer)
  }
}
