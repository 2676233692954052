/** Numbers below this are seconds since 1970, others are milliseconds. */
const firstMilliseconds = 100_000_000_000

const form = /^\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?)?$/
const digits = /^\d+$/

/** Milliseconds since 1970 of a number or of an ISO 8601 text; NaN for other forms, which mean one thing here and another there. */
export function instantOf(value: string | number): number {
  if (typeof value === 'string' && !digits.test(value))
    return form.test(value) ? Date.parse(value) : Number.NaN
  const number = Number(value)
  return number < firstMilliseconds ? number * 1000 : number
}

/** Whether a value names one instant whatever zone its reader is in. */
export function isExact(value: string | number): boolean {
  if (typeof value === 'number' || digits.test(value)) return true
  return form.exec(value)?.[2] !== undefined && !Number.isNaN(Date.parse(value))
}

/** The instant `ms` before an exact one, in the same form and zone. */
export function earlier(value: string | number, ms: number): string | number {
  const at = instantOf(value) - ms
  if (typeof value === 'number' || digits.test(value)) {
    return Number(value) < firstMilliseconds ? Math.floor(at / 1000) : at
  }
  const [, fraction = '', zone = 'Z'] = form.exec(value) ?? []
  const [, sign, hours, minutes] = /([+-])(\d\d):?(\d\d)/.exec(zone) ?? []
  const offsetMs = (sign === '-' ? -1 : 1) * (Number(hours ?? 0) * 60 + Number(minutes ?? 0)) * 60_000
  const shown = new Date(at + offsetMs).toISOString().replace('Z', '')
  return (fraction === '' ? shown.slice(0, -4) : shown) + zone
}
