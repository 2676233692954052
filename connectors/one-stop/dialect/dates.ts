import { instantMs, isDay } from '#protocol/events/instant.ts'

/** Vietnam keeps UTC+7 all year, and did for every time that these systems can hold. */
const offsetMs = 7 * 3_600_000
const earliestYear = 1900

/**
 * `yyyyMMddHHmmss` in Vietnam's time as an instant; undefined for what is no date. Years before 1900 are none:
 * some software writes year 0001 where it knows none.
 */
export function toInstant(text: string): string | undefined {
  const [, year = '', month, day, hour, minute, second] =
    /^(\d{4})(\d{2})(\d{2})([01]\d|2[0-3])([0-5]\d)([0-5]\d)$/.exec(text) ?? []
  const date = `${year}-${month}-${day}`
  if (!isDay(date) || Number(year) < earliestYear) return undefined
  return new Date(instantMs(`${date}T${hour}:${minute}:${second}.000Z`) - offsetMs).toISOString()
}

/** An instant in the dialect's form, without its milliseconds. */
export function fromInstant(instant: string): string {
  return new Date(instantMs(instant) + offsetMs).toISOString().slice(0, 19).replaceAll(/[-T:]/g, '')
}
