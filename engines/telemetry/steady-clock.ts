/**
 * The wall clock as it was when the process started, plus the time that has
 * passed since, milliseconds since the epoch: setting the machine's clock does
 * not move it. For waiting and expiring; what is told to others uses the wall clock.
 */
export function steadyNow(): number {
  return Math.floor(performance.timeOrigin + performance.now())
}
