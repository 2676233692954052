import type { ConnectorIo } from '../../connector.ts'
import { faults } from '../faults.ts'
import type { DirectorySettings } from '../settings.ts'

/** `doveadm kick` found no session. */
const noSession = 68

/** Ends the open mail sessions of a person, and lets Dovecot forget the password that it may remember. */
export async function endSessions(
  doveadm: NonNullable<DirectorySettings['doveadm']>,
  name: string,
  io: Pick<ConnectorIo, 'fetch' | 'signal'>
): Promise<void> {
  const commands = [
    ['authCacheFlush', { user: [name] }, 'forget'],
    ['kick', { mask: [name] }, 'end']
  ]
  const response = await io.fetch(doveadm.url, {
    method: 'POST',
    headers: {
      authorization: `X-Dovecot-API ${Buffer.from(doveadm.apiKey).toString('base64')}`,
      'content-type': 'application/json'
    },
    body: JSON.stringify(commands),
    signal: io.signal
  })
  const answer = await response.text()
  const problem = response.ok ? problemIn(answer) : `status ${response.status}`
  if (problem !== undefined) throw faults.mailFailed({ values: { problem } })
}

function problemIn(answer: string): string | undefined {
  try {
    for (const [kind, value, command] of JSON.parse(answer) as [
      string,
      { readonly exitCode?: number },
      string
    ][]) {
      if (kind === 'error' && value.exitCode !== noSession) return `exit code ${value.exitCode} of ${command}`
    }
    return undefined
  } catch {
    return 'something else than JSON'
  }
}
