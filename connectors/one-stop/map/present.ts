import type { Json } from '#protocol/events/json.ts'

/** The members that are there: in an event, what is absent is left out. */
export function present<Members extends Readonly<Record<string, Json | undefined>>>(
  members: Members
): { readonly [Name in keyof Members]?: Exclude<Members[Name], undefined> } {
  const there = Object.entries(members).filter(([, value]) => value !== undefined)
  return Object.fromEntries(there) as { [Name in keyof Members]?: Exclude<Members[Name], undefined> }
}
