/** Exceptions from the normal week, as `YYYY-MM-DD`. */
export interface Calendar {
  /** Public holidays on weekdays. */
  readonly holidays: readonly string[]
  /** Weekend days that are worked. */
  readonly makeUpDays: readonly string[]
}

export function isWorkingDay(day: string, { holidays, makeUpDays }: Calendar): boolean {
  const weekday = new Date(`${day}T00:00:00.000Z`).getUTCDay()
  const isWeekend = weekday === 0 || weekday === 6
  return isWeekend ? makeUpDays.includes(day) : !holidays.includes(day)
}
