import { BusError } from '#protocol/errors/bus-error.ts'
import type { Fault } from '#protocol/errors/faults.ts'

/** Rejects a package; `values` fill in the reason. */
export function refuse(fault: Fault, values: Readonly<Record<string, string | number>> = {}): never {
  throw new BusError('BUS_PACKAGE_INVALID', fault, { values })
}

/**
 * Whatever reading a package throws belongs to that package: a parser, a certificate or a signature may throw
 * what nobody foresaw, and the packages after it are still to be read.
 */
export function asPackageFault(error: unknown): BusError {
  if (error instanceof BusError) return error
  const problem = String(error)
  return new BusError('BUS_PACKAGE_INVALID', 'package-unreadable', { cause: error, values: { problem } })
}
