import { readFile } from 'node:fs/promises'
import { text } from 'node:stream/consumers'
import type { Command } from 'commander'
import type { BusEvent } from '#protocol/events/event.ts'
import { createOutput } from '#runtime/output.ts'
import { connect } from '../connect.ts'
import { withControl } from '../control.ts'
import { eventTextsIn } from '../event-texts.ts'
import type { LanguageFlags } from '../language.ts'

interface SendFlags extends LanguageFlags {
  readonly json?: boolean
}

export function addSend(program: Command): void {
  withControl(program.command('send'))
    .argument('<file>', 'one event as JSON, or an array of events; - reads standard input')
    .description('Sign and publish events. The same file can be sent again safely.')
    .action(async (file: string, flags: SendFlags, self: Command) => {
      const { json = false, lang } = flags
      const t = eventTextsIn(lang)
      const output = createOutput({ json })
      const events = eventsIn(await (file === '-' ? text(process.stdin) : readFile(file, 'utf8')))
      if (events === undefined) return self.error(t('send.notJson', { file }))
      if (events.some(isKey)) return self.error(t('send.key', { file }))
      const results = await (await connect(flags)).publish(...events)
      for (const result of results) {
        const { status, id, hash = '', problem } = result
        const message = problem ? `${problem.code}: ${problem.detail}` : hash
        output.line(`${t(`sent.${status}`)} ${id} ${message}`, result)
      }
      if (results.some(({ status }) => status === 'rejected')) process.exitCode = 1
    })
}

/** The events of a file; undefined if it is no JSON, or holds none. Whether they are valid the gateway says. */
function eventsIn(content: string): readonly BusEvent[] | undefined {
  try {
    const value: unknown = JSON.parse(content)
    const events = Array.isArray(value) ? value : [value]
    const areObjects = events.every((one) => typeof one === 'object' && one !== null)
    return areObjects && events.length > 0 ? (events as BusEvent[]) : undefined
  } catch {
    return undefined
  }
}

/** Whether this is a key, or a list of keys, in place of an event: a private one must not leave the machine. */
function isKey(value: object): boolean {
  return 'kty' in value || 'd' in value || ('keys' in value && Array.isArray(value.keys))
}
