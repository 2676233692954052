import type { Command } from 'commander'
import { textsIn } from '#gateway/console/web/texts.js'
import type { Language } from '#protocol/errors/faults.ts'
import { nearWords } from '#protocol/errors/near-words.ts'
import { isAgencyCode } from '#protocol/events/event.ts'
import { environment } from '#runtime/environment.ts'
import { createOutput, type Output } from '#runtime/output.ts'
import { shippedSchemas } from '#runtime/shipped-schemas.ts'
import { systemNamed } from '../connect.ts'
import { eventTextsIn } from '../event-texts.ts'
import { withLanguage } from '../language.ts'
import { exampleAgencies, sampleEvent } from '../sample-event.ts'

interface Flags {
  readonly as: string
  readonly to?: string
  readonly lang: Language
  readonly json?: boolean
}

const sourceForm = /^\/agencies\/([^/]+)\/systems\/[a-z0-9-]{1,32}$/

/** `lienthong sample`: a valid event to edit and send. */
export function addSample(program: Command): void {
  withLanguage(program.command('sample'))
    .argument('[type]', 'event type, such as document.issued.v1; without it lists the types of this release')
    .description('Print a valid event of a type, to edit and send with `lienthong send`.')
    .option(
      '--as <system>',
      'the system that is to send it; by default $LIENTHONG_AS, or one of the demo province',
      environment.LIENTHONG_AS ?? `${exampleAgencies[0]}.qlvb`
    )
    .option('--to <code>', 'the agency that is to receive it; by default another one of the demo province')
    .option('--json', 'the event on one line')
    .action((type: string | undefined, flags: Flags, self: Command) => {
      const { json = false, lang, as, to: recipient } = flags
      const output = createOutput({ json })
      const t = eventTextsIn(lang)
      if (type === undefined) return listTypes(output, lang)
      const schemas = shippedSchemas()
      const schema = schemas.find((one) => one.type === type)
      if (!schema) {
        const types = nearWords(
          type,
          schemas.map((one) => one.type)
        ).join(', ')
        return self.error(t('type.unknown', { type, near: types === '' ? '' : t('type.near', { types }) }))
      }
      const system = systemNamed(as)
      if (!isAgencyCode(sourceForm.exec(system)?.[1] ?? ''))
        return self.error(t('sender.malformed', { name: as }))
      if (recipient !== undefined && !isAgencyCode(recipient)) {
        return self.error(t('recipient.malformed', { name: recipient }))
      }
      const event = sampleEvent(schema, { system, recipient })
      if (json) return output.line('', event)
      for (const line of JSON.stringify(event, null, 2).split('\n')) output.line(line, {})
    })
}

function listTypes(output: Output, lang: Language): void {
  const { eventName } = textsIn(lang)
  for (const { type } of shippedSchemas()) {
    const name = eventName(type)
    output.line(name === undefined ? type : `${type}: ${name}`, { type, name })
  }
}
