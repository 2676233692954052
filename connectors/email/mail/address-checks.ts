import { oneLine } from '../one-line.ts'
import { type Mail, valuesOf } from './read-mail.ts'

/** Whether a mail names its sender more than once: programs show different ones. */
export function namesSeveral({ fields }: Pick<Mail, 'fields'>): boolean {
  return valuesOf(fields, 'from').length > 1
}

/** More of a name is not shown. */
const longestName = 320

/** Whether the name of the sender is an address, and not theirs. */
export function showsOtherAddress({ from }: Pick<Mail, 'from'>): boolean {
  return from.some(({ name, address }) => {
    const shown = /(?<![^\s<>"'()])[^\s<>"'()@]+@[^\s<>"'()]+/.exec(oneLine(name, longestName))?.[0]
    return shown !== undefined && shown.toLowerCase() !== address.toLowerCase()
  })
}
