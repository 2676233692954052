import { type Mail, valuesOf } from './read-mail.ts'

/** Whether a mail names its sender more than once: programs show different ones. */
export function namesSeveral({ fields }: Pick<Mail, 'fields'>): boolean {
  return valuesOf(fields, 'from').length > 1
}

/** Whether the name of the sender is an address, and not theirs. */
export function showsOtherAddress({ from }: Pick<Mail, 'from'>): boolean {
  return from.some(({ name, address }) => {
    const shown = /[^\s<>"'()]+@[^\s<>"'()]+/.exec(name)?.[0]
    return shown !== undefined && shown.toLowerCase() !== address.toLowerCase()
  })
}
