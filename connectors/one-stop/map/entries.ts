import type { Json, JsonObject } from '#protocol/events/json.ts'

/** An entry of a record that may have a file: a paper, a paper of a supplement, or a result. */
export type Entry = Readonly<Record<string, Json>>

/** The record with other entries for papers, papers of supplements, and results. */
export function withEntries(data: JsonObject, change: (entry: Entry) => Entry): JsonObject {
  const list = (entries: Json | undefined): readonly Entry[] =>
    ((entries ?? []) as readonly Entry[]).map(change)
  const supplements = ((data.supplements ?? []) as readonly Entry[]).map((round) =>
    round.papers === undefined ? round : { ...round, papers: list(round.papers) }
  )
  return {
    ...data,
    ...(data.papers === undefined ? {} : { papers: list(data.papers) }),
    ...(data.supplements === undefined ? {} : { supplements }),
    ...(data.results === undefined ? {} : { results: list(data.results) })
  }
}

/** Its entries. */
export function entriesOf(data: JsonObject): readonly Entry[] {
  const found: Entry[] = []
  withEntries(data, (entry) => {
    found.push(entry)
    return entry
  })
  return found
}
