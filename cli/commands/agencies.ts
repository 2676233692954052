import { type Command, InvalidArgumentError } from 'commander'
import { type Texts, textsIn } from '#gateway/console/web/texts.js'
import { createOutput } from '#runtime/output.ts'
import { connect } from '../connect.ts'
import { type ChangeFlags, makeChange, openControl, withControl, withYes } from '../control.ts'
import { findAgency } from '../known-system.ts'
import type { LanguageFlags } from '../language.ts'
import { itemsOf } from '../pages.ts'

interface Flags extends LanguageFlags {
  readonly json?: boolean
  readonly notReadDays?: number
}

interface CloseFlags extends ChangeFlags {
  readonly successor?: string
}

/** An agency, as `/v1/activity` shows it. */
interface Activity {
  readonly agency: string
  readonly name: string
  readonly lastPublished?: { readonly at: string; readonly type: string }
  readonly systems: readonly {
    readonly system: string
    readonly lastRead?: string
    readonly lastPublished?: string
    readonly lastRefused?: string
  }[]
  readonly backlog: number
  readonly backlogIsMore?: boolean
  readonly oldestUnread?: { readonly at: string; readonly type: string; readonly hash: string }
  readonly silentSince?: string
}

const dayMs = 86_400_000

/** `lienthong agencies`: who is active and who is silent; and the end of one. */
export function addAgencies(program: Command): void {
  const agencies = program
    .command('agencies')
    .description('Agencies: who is active and who is silent; close.')
  withYes(withControl(agencies.command('close')))
    .argument('<code>', 'code of the agency')
    .option('--successor <code>', 'the agency that takes over; senders are told')
    .description('Close an agency for good. Asks first, as it cannot be undone.')
    .action(close)
  withControl(agencies.command('list', { isDefault: true }))
    .argument('[code]', 'only this agency, with its systems')
    .option('--not-read-days <number>', 'only agencies that have read nothing for so many days', daysIn)
    .description(
      'When agencies last published and read, and what they have not read; longest silent first. This is the default.'
    )
    .action(async (code: string | undefined, flags: Flags) => {
      const { json = false, lang, notReadDays: days } = flags
      const output = createOutput({ json })
      const texts = textsIn(lang)
      const client = await connect(flags)
      if (code === undefined) {
        const notReadSince =
          days === undefined ? undefined : new Date(Date.now() - days * dayMs).toISOString()
        for await (const one of itemsOf<Activity>(client, '/v1/activity', { notReadSince }))
          output.line(lineOf(one, texts), one)
        return
      }
      const one = await client.get<Activity>(`/v1/agencies/${encodeURIComponent(code)}/activity`)
      output.line(lineOf(one, texts), one)
      if (!json) for (const line of systemsOf(one, texts)) output.line(line, {})
    })
}

async function close(code: string, flags: CloseFlags, self: Command): Promise<void> {
  const control = await openControl(flags, self)
  const { t } = control
  const known = await findAgency(code, control)
  const successor = flags.successor === undefined ? undefined : await findAgency(flags.successor, control)
  const says = [
    t('agency.closed', { agency: `${known.name} (${code})` }),
    ...(successor
      ? [t('agency.closed.successor', { successor: `${successor.name} (${successor.code})` })]
      : [])
  ]
  const change = {
    act: 'agency.closed',
    list: '/v1/agencies',
    path: `/v1/agencies/${encodeURIComponent(code)}`,
    known,
    members: successor ? { successor: successor.code } : {},
    says: says.join(' '),
    isFinal: true,
    look: `lienthong agencies ${code}`
  }
  await makeChange(change, control, flags)
}

function daysIn(text: string): number {
  if (!/^[1-9]\d{0,3}$/.test(text)) throw new InvalidArgumentError('It must be a number of days.')
  return Number(text)
}

function lineOf(activity: Activity, { t, time, eventName }: Texts): string {
  const { agency, name, systems, lastPublished, backlog, backlogIsMore, oldestUnread } = activity
  const last = (at: string | undefined): string => (at === undefined ? t('never') : time(at))
  const [lastRead] = systems
    .flatMap((system) => system.lastRead ?? [])
    .sort()
    .reverse()
  const oldest =
    oldestUnread && `${time(oldestUnread.at)} ${eventName(oldestUnread.type) ?? oldestUnread.type}`
  return [
    `${name} (${agency}): ${t('agency.read')}: ${last(lastRead)}`,
    `${t('agency.published')}: ${last(lastPublished?.at)}`,
    `${t('agency.backlog')}: ${backlog}${backlogIsMore ? '+' : ''}`,
    ...(oldest === undefined ? [] : [`${t('agency.oldest')}: ${oldest}`])
  ].join('; ')
}

function systemsOf({ systems }: Activity, { t, time }: Texts): readonly string[] {
  const last = (at: string | undefined): string => (at === undefined ? t('never') : time(at))
  return systems.map(
    ({ system, lastRead, lastPublished, lastRefused }) =>
      `  ${system}: ${t('agency.read')}: ${last(lastRead)}; ${t('agency.published')}: ${last(lastPublished)}${
        lastRefused === undefined ? '' : `; ${t('agency.refused')}: ${time(lastRefused)}`
      }`
  )
}
