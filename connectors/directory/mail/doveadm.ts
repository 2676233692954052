import type { ConnectorIo } from '../../connector.ts'
import { faults } from '../faults.ts'
import type { DirectorySettings } from '../settings.ts'

export type Doveadm = NonNullable<DirectorySettings['doveadm']>
export type DoveadmIo = Pick<ConnectorIo, 'fetch' | 'signal'>
type Command = readonly [name: string, parameters: object, tag: string]

/** Nothing was found to do. */
const nothingFound = 68

/** Runs commands of doveadm over HTTP; gives the answers by tag. */
export async function doveadm(
  { url, apiKey }: Doveadm,
  commands: readonly Command[],
  io: DoveadmIo
): Promise<Readonly<Record<string, unknown>>> {
  const key = Buffer.from(apiKey).toString('base64')
  const headers = { authorization: `X-Dovecot-API ${key}`, 'content-type': 'application/json' }
  const init = { method: 'POST', headers, body: JSON.stringify(commands), signal: io.signal }
  const response = await io.fetch(url, init)
  const text = await response.text()
  if (!response.ok) throw failed(`status ${response.status}`)
  const answers: Record<string, unknown> = {}
  for (const [kind, value, tag] of readAnswers(text)) {
    const { exitCode } = value as { readonly exitCode?: number }
    if (kind === 'error' && exitCode !== nothingFound) throw failed(`exit code ${exitCode} of ${tag}`)
    answers[tag] = kind === 'error' ? [] : value
  }
  return answers
}

function readAnswers(text: string): readonly (readonly [kind: string, value: unknown, tag: string])[] {
  try {
    const answers: unknown = JSON.parse(text)
    if (Array.isArray(answers) && answers.every((one) => Array.isArray(one) && one.length === 3))
      return answers
  } catch {
    // No JSON: told below.
  }
  throw failed('something else than answers')
}

function failed(problem: string) {
  return faults.mailFailed({ values: { problem } })
}
