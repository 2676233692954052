/** The day of a time in Vietnam, `YYYY-MM-DD`. */
export function dayOf(at: number): string {
  return new Date(at + 7 * 3_600_000).toISOString().slice(0, 10)
}
