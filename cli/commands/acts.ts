import { type Command, InvalidArgumentError } from 'commander'
import { type Texts, textsIn } from '#gateway/console/web/texts.js'
import { createOutput } from '#runtime/output.ts'
import { connect, withConnection } from '../connect.ts'
import { type LanguageFlags, withLanguage } from '../language.ts'
import { itemsOf } from '../pages.ts'

interface Flags extends LanguageFlags {
  readonly json?: boolean
  readonly who?: string
  readonly act?: string
  readonly resource?: string
  readonly agency?: string
  readonly from?: string
  readonly to?: string
  readonly limit: number
}

/** An act, as `/v1/acts` shows it. */
interface Act {
  readonly number: number
  readonly act: string
  readonly resource: string
  readonly by: {
    readonly system?: string
    readonly person?: { readonly id: string; readonly name: string }
  }
  readonly onBehalfOf?: string
  readonly recordedAt: string
  readonly reason?: string
}

/** `lienthong acts`: who did what. */
export function addActs(program: Command): void {
  withLanguage(withConnection(program.command('acts')))
    .argument('[words...]', 'words of the act, with or without diacritics')
    .option('--who <name>', 'only by this system, agency or person')
    .option('--act <act>', 'only this act, such as key.added, release or pause')
    .option('--resource <name>', 'only on this resource and what is below it')
    .option('--agency <code>', 'only acts that touch this agency')
    .option('--from <time>', 'recorded at or after this time (RFC 3339)')
    .option('--to <time>', 'recorded before this time')
    .option('--limit <number>', 'at most so many', numberIn, 100)
    .description(
      'Who did what, newest first: control acts, and acts on deliveries, connectors and quarantine.'
    )
    .action(async (given: readonly string[], flags: Flags) => {
      const { json = false, lang, who, act, resource, agency, from, to, limit } = flags
      const output = createOutput({ json })
      const texts = textsIn(lang)
      const q = given.length === 0 ? undefined : given.join(' ')
      let count = 0
      const filter = { q, who, act, resource, agency, from, to }
      for await (const found of itemsOf<Act>(await connect(flags), '/v1/acts', filter, limit)) {
        output.line(lineOf(found, texts), found)
        count += 1
      }
      if (count === 0 && !json) output.line(texts.t('acts.none'), {})
    })
}

function numberIn(text: string): number {
  if (!/^[1-9]\d{0,6}$/.test(text)) throw new InvalidArgumentError('It must be a number.')
  return Number(text)
}

function lineOf(
  { number, act, resource, by, onBehalfOf, recordedAt, reason }: Act,
  { t, label, exact }: Texts
): string {
  const { system = '', person } = by
  const name = label('act', act)
  return [
    `${number} ${exact(recordedAt)} ${name}${name === act ? '' : ` (${act})`} ${resource}`,
    `${t('acts.by')}: ${person ? `${person.name} (${person.id}), ` : ''}${system}`,
    ...(onBehalfOf === undefined ? [] : [`${t('acts.onBehalfOf')} ${onBehalfOf}`]),
    ...(reason === undefined ? [] : [`${t('acts.reason')}: ${reason}`])
  ].join('; ')
}
