import { inChunks } from '#engines/store/chunks.ts'
import { pipeline } from '#engines/store/pipeline.ts'

/** An event (archive number) and one of its recipients. */
export interface RecipientPair {
  readonly agency: string
  readonly event: number
}

export interface PairStatements<Row> {
  readonly ofAgency: (agency: string, some: readonly number[]) => Promise<readonly Row[]>
  readonly ofEvent: (event: number, some: readonly string[]) => Promise<readonly Row[]>
}

/** Runs statements for pairs: one for each agency or one for each event, whichever are fewer. Returns all rows. */
export async function forPairs<Row>(
  pairs: readonly RecipientPair[],
  { ofAgency, ofEvent }: PairStatements<Row>
): Promise<readonly Row[]> {
  const byAgency = Map.groupBy(pairs, ({ agency }) => agency)
  const byEvent = Map.groupBy(pairs, ({ event }) => event)
  const found =
    byAgency.size <= byEvent.size
      ? Array.from(byAgency, ([agency, own]) =>
          inChunks(
            own.map(({ event }) => event),
            (some) => ofAgency(agency, some)
          )
        )
      : Array.from(byEvent, ([event, own]) =>
          inChunks(
            own.map(({ agency }) => agency),
            (some) => ofEvent(event, some)
          )
        )
  return (await pipeline(found)).flat()
}
