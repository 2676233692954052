import { pause } from '../../load.ts'
import type { Day } from './day.ts'
import { serversSecured } from './secured.ts'

const sessionSeconds = 20

/** Brokers end a session that does not sign in again in time. */
export const reauth: Day = {
  serversIn: (folder) =>
    serversSecured(folder, 'scram', { 'connections.max.reauth.ms': String(sessionSeconds * 1000) }),

  async happens({ lastsMs }) {
    await pause(lastsMs * 2)
    return { done: `SCRAM sessions of ${sessionSeconds} s, for ${(lastsMs * 2) / 1000} s` }
  }
}
