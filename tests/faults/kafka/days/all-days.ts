import { clock } from './clock.ts'
import type { Day } from './day.ts'
import { diskFull } from './disk-full.ts'
import { ipv6 } from './ipv6.ts'
import { oneWay } from './one-way.ts'
import { reauth } from './reauth.ts'
import { rollingRestart } from './rolling-restart.ts'
import { topicDeleted } from './topic-deleted.ts'

/** By the name that `--day` takes. */
export const days: Readonly<Record<string, Day>> = {
  'rolling-restart': rollingRestart,
  'topic-deleted': topicDeleted,
  reauth,
  ipv6,
  'disk-full': diskFull,
  'one-way': oneWay,
  clock
}
