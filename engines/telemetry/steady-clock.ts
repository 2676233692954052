/**
 * The wall clock when the process started plus the time since, in milliseconds since the epoch. Setting the
 * machine's clock does not change it. Use it for waiting and expiry; times that others see come from the
 * wall clock.
 */
export function steadyNow(): number {
  return Math.floor(performance.timeOrigin + performance.now())
}
