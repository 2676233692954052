import { brokersUnavailable } from './broker-faults.ts'

/** What the client answers within the time, else `BUS_LOG_UNAVAILABLE`; what it says later is let go. */
export async function withTimeout<T>(what: Promise<T>, ms: number): Promise<T> {
  const late = Promise.withResolvers<never>()
  const timer = setTimeout(() => late.reject(new TypeError(`no answer in ${ms} ms`)), ms)
  what.catch(() => {}) // It may fail after nobody waits for it.
  try {
    return await Promise.race([what, late.promise])
  } catch (cause) {
    throw brokersUnavailable(cause)
  } finally {
    clearTimeout(timer)
  }
}
