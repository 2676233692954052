import type { EventItem, Marks } from '../../connector.ts'
import type { Accounts } from './accounts.ts'
import type { Change } from './changes-of.ts'

/** The change as an item, whose marks keep what is known of the person from now on. */
export function toItem(
  { type, staffNumber, data, after }: Change,
  accounts: Accounts,
  recipients: readonly string[],
  more: { readonly reference?: string; readonly marks?: Marks } = {}
): EventItem {
  const marks = { ...accounts.set(staffNumber, after), ...more.marks }
  return {
    reference: more.reference ?? `change ${accounts.version}`,
    event: { type, subject: staffNumber, ...(recipients.length > 0 ? { recipients } : {}), data },
    marks
  }
}
