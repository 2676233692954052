import type { Archive } from '#bus/archive/archive.ts'
import { agencyOf } from '#protocol/events/event.ts'
import type { Inbox } from '../inbox/read.ts'

/** Who asks. */
export interface FlowReader {
  readonly agency: string
  /** It is an operator or an auditor. */
  readonly seesAll: boolean
}

export interface RightsOptions {
  readonly archive: Pick<Archive, 'namesOf'>
  readonly inbox: Pick<Inbox, 'readable'>
}

/**
 * Those of these events that a reader may see now: its own, and those that its inbox has or had. Takes the same
 * steps for events that do not exist.
 */
export async function visibleTo(
  { archive, inbox }: RightsOptions,
  { agency, seesAll }: FlowReader,
  numbers: readonly number[]
): Promise<ReadonlySet<number>> {
  if (seesAll) return new Set(numbers)
  const names = await archive.namesOf(numbers)
  const readable = await inbox.readable(agency, numbers)
  const isOwn = (number: number): boolean => agencyOf(names.get(number)?.source ?? '') === agency
  return new Set(numbers.filter((number) => readable.has(number) || isOwn(number)))
}
