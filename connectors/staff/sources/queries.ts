/** The columns of the view, in the order of the fields. */
const columns = [
  ...['staff_number', 'full_name', 'unit', 'position', 'status', 'effective_date'],
  ...['second_unit', 'second_position', 'mail_address']
] as const

export interface NoticeRow {
  readonly id: string
  readonly staff_number: string
  readonly recorded_at: string
}

export type ViewRow = Readonly<Record<(typeof columns)[number], string>>

/** Ids from one to another, both included. */
export type IdRange = readonly [low: bigint, high: bigint]

/** More than a province has staff. What is left out waits for the next poll. */
const maxNotices = 10_000
const keptDays = 30
/** Longer than any text that can be used: a longer one is cut, and refused as too long. */
export const maxText = 200
const maxList = 1000

const read = columns
  .map((one) => {
    const max = one.startsWith('second_') ? maxList : maxText
    return `left(coalesce(btrim(${one}::text), ''), ${max}) AS ${one}`
  })
  .join(', ')

export const noticesQuery = `
  SELECT id::text, left(staff_number, ${maxText}) AS staff_number,
    floor(extract(epoch FROM recorded_at) * 1000)::text AS recorded_at
  FROM lienthong.staff_outbox
  WHERE taken_at IS NULL AND recorded_at >= to_timestamp($1::float8 / 1000)
  ORDER BY staff_outbox.id LIMIT ${maxNotices}`

/**
 * What the view has of these staff numbers, and of people without one if that is asked. A person who has several rows
 * has two here. Nothing is computed of the column that is compared, so that an index of the table behind it is used.
 */
export const peopleQuery = `
  SELECT * FROM (
    SELECT ${read}, row_number() OVER (PARTITION BY staff_number::text) AS row
    FROM lienthong.staff
    WHERE staff_number::text = ANY($1::text[]) OR ($2::boolean AND staff_number IS NULL)
  ) found
  WHERE row <= 2`

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
