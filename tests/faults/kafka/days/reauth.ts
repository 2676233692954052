import { readFileSync } from 'node:fs'
import { pause } from '../../load.ts'
import type { Day } from './day.ts'
import { serversSecured } from './secured.ts'

const sessionMs = 20_000
const fewestSessions = 4

/** Brokers end a session that does not sign in again in time: the bus does, so that there is nothing to say. */
export const reauth: Day = {
  serversIn: (folder) =>
    serversSecured(folder, 'scram', {
      settings: { 'connections.max.reauth.ms': String(sessionMs) },
      logs: { 'org.apache.kafka.common.network.Selector': 'debug', 'kafka.network.Processor': 'debug' }
    }),
  says: [],

  async happens({ servers, roles, lastsMs }) {
    const logs = servers.kafka.brokers.map(({ log }) => log)
    const before = sessionsIn(logs)
    const sessions = Math.max(fewestSessions, Math.ceil((lastsMs * 2) / sessionMs))
    await pause(sessions * sessionMs)
    const after = sessionsIn(logs)
    const renewed = after.renewed - before.renewed
    const ended = after.ended - before.ended
    const problems = [
      ...(renewed < roles.length * sessions ? [`only ${renewed} sessions were renewed`] : []),
      ...(ended > 0 ? [`brokers ended ${ended} sessions that were not renewed in time`] : [])
    ]
    const seconds = (sessions * sessionMs) / 1000
    return {
      done: `SCRAM sessions of ${sessionMs / 1000} s, for ${seconds} s: ${renewed} renewed, ${ended} ended by brokers`,
      problems
    }
  }
}

/** What the brokers' logs say of sessions. */
function sessionsIn(logs: readonly string[]): { readonly renewed: number; readonly ended: number } {
  const said = logs.map((file) => readFileSync(file, 'utf8')).join('')
  const count = (words: string): number => said.split(words).length - 1
  return {
    renewed: count('Successfully re-authenticated with'),
    ended: count('Disconnecting expired channel')
  }
}
