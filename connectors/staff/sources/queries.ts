/** The columns of the view, in the order of the fields. */
const columns = [
  ...['staff_number', 'full_name', 'unit', 'position', 'status', 'effective_date'],
  ...['second_unit', 'second_position', 'mail_address']
] as const

export type WaitingRow = Readonly<Record<(typeof columns)[number], string | null>> & {
  readonly id: string
  /** The staff number of the notice. */
  readonly noticed: string
  readonly recorded_at: string
  readonly is_there: boolean
}

/** Ids from one to another, both included. */
export type IdRange = readonly [low: bigint, high: bigint]

/** More than a province has staff. What is left out waits for the next poll. */
const maxNotices = 10_000
const keptDays = 30
/** Longer than any text that can be used: a longer one is cut, and refused as too long. */
const maxText = 1000

const read = columns
  .map((one) => `left(coalesce(btrim(${one}::text), ''), ${maxText}) AS ${one}`)
  .join(', ')

/**
 * What the view has of the people of the first notices. A person who has several rows has two here. The data is that of
 * now, not of the notice: a notice that becomes visible late, or is read twice, leads to nothing wrong.
 */
export const waitingQuery = `
  SELECT * FROM (
    SELECT o.id::text, o.noticed,
      floor(extract(epoch FROM o.recorded_at) * 1000)::text AS recorded_at,
      s.staff_number IS NOT NULL AS is_there, s.*,
      row_number() OVER (PARTITION BY o.id) AS number
    FROM (
      SELECT id, left(staff_number, ${maxText}) AS noticed, recorded_at FROM lienthong.staff_outbox
      WHERE taken_at IS NULL AND recorded_at >= to_timestamp($1::float8 / 1000)
      ORDER BY id LIMIT ${maxNotices}
    ) o
    LEFT JOIN (SELECT ${read} FROM lienthong.staff) s ON s.staff_number = o.noticed
  ) found
  WHERE number <= 2 ORDER BY id::bigint`

export const takeQuery = `
  WITH old AS (
    DELETE FROM lienthong.staff_outbox WHERE taken_at < now() - interval '${keptDays} days'
  )
  UPDATE lienthong.staff_outbox SET taken_at = now()
  FROM unnest($1::bigint[], $2::bigint[]) AS range (low, high)
  WHERE id BETWEEN low AND high AND taken_at IS NULL`

/** Ids as a text, such as `1-500,502-502`. */
export function writeRanges(ids: readonly bigint[]): string {
  const ranges: [bigint, bigint][] = []
  for (const id of ids.toSorted((a, b) => (a < b ? -1 : 1))) {
    const last = ranges.at(-1)
    if (last && last[1] + 1n === id) last[1] = id
    else ranges.push([id, id])
  }
  return ranges.map(([low, high]) => `${low}-${high}`).join()
}

export function readRanges(text: string): readonly IdRange[] {
  return Array.from(text.matchAll(/(\d{1,18})-(\d{1,18})/g), ([, low = '', high = '']) => [
    BigInt(low),
    BigInt(high)
  ])
}
