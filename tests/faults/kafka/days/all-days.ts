import type { Day } from './day.ts'
import { rollingRestart } from './rolling-restart.ts'

/** By the name that `--day` takes. */
export const days: Readonly<Record<string, Day>> = {
  'rolling-restart': rollingRestart
}
