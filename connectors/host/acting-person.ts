import type { Person } from '#protocol/trust/person.ts'

/** The person who did an act in a session of the console; null for an act of a system. */
export interface PersonColumns {
  person: string | null
  personName: string | null
}

export function personColumns(person: Person | undefined): PersonColumns {
  return { person: person?.id ?? null, personName: person?.name ?? null }
}

export function shownPerson({ person, personName }: PersonColumns): { readonly person?: Person } {
  return person === null ? {} : { person: { id: person, name: personName ?? person } }
}
