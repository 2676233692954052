import type { BusError } from '#protocol/errors/bus-error.ts'
import { faults } from '../faults.ts'
import { lookAlike } from '../map/look-alike.ts'
import type { Accounts } from './accounts.ts'

/**
 * Tells of a staff number that nobody has whether it is that of an account, or of one that was asked before, but for
 * how it is written, such as without its leading zeros.
 */
export function createSimilar(accounts: Accounts): (staffNumber: string) => BusError | undefined {
  let known: Map<string, string> | undefined
  return (staffNumber) => {
    if (accounts.get(staffNumber)) return undefined
    known ??= new Map(Array.from(accounts.all(), (one) => [lookAlike(one.staffNumber), one.staffNumber]))
    const key = lookAlike(staffNumber)
    const other = known.get(key) ?? staffNumber
    known.set(key, other)
    return other === staffNumber ? undefined : faults.numberSimilar({ values: { value: staffNumber, other } })
  }
}
