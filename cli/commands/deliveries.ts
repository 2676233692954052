import type { Command } from 'commander'
import type { Client } from '#client/client.ts'
import { createOutput, warn } from '#runtime/output.ts'
import { connect } from '../connect.ts'
import { withControl } from '../control.ts'
import { hostTextsIn } from '../host-texts.ts'
import type { LanguageFlags } from '../language.ts'
import { itemsOf } from '../pages.ts'

interface Flags extends LanguageFlags {
  readonly json?: boolean
}

interface FilterFlags extends Flags {
  readonly connector?: string
  readonly state?: string
  readonly recipient?: string
  readonly sender?: string
  readonly subject?: string
}

interface ActFlags extends FilterFlags {
  readonly all?: boolean
  readonly count?: string
  readonly reason?: string
  readonly result?: string
}

/** A delivery, as `/v1/deliveries` shows it. */
interface Delivery {
  readonly connector: string
  readonly event: string
  readonly type: string
  readonly recipient: string
  readonly sender: string
  readonly subject: string
  readonly state: string
  readonly attempts: number
  readonly nextAttempt?: string
  readonly waitsFor?: string
  readonly lastError?: { readonly code: string; readonly at: string; readonly detail: string }
  readonly acts?: readonly {
    readonly act: string
    readonly by: string
    readonly person?: { readonly id: string; readonly name: string }
    readonly at: string
    readonly reason?: string
  }[]
}

const path = '/v1/deliveries'

/** `lienthong deliveries`: what connectors deliver, and what a person does where they cannot. */
export function addDeliveries(program: Command): void {
  const deliveries = program.command('deliveries').description('Deliveries by connectors.')
  withFilter(withControl(deliveries.command('list')))
    .description('List deliveries that are open, or those in a state; oldest event first.')
    .action(async (flags: FilterFlags) => {
      const output = createOutput({ json: flags.json ?? false })
      const client = await connect(flags)
      for await (const delivery of itemsOf<Delivery>(client, path, filterOf(flags))) {
        output.line(lineOf(delivery, flags), delivery)
      }
    })
  withControl(deliveries.command('show'))
    .argument('<connector>', 'name of the connector instance')
    .argument('<event>', "the event's hash")
    .description('Show a delivery: its last error, what it waits for, and what people did to it.')
    .action(async (connector: string, event: string, flags: Flags) => {
      const client = await connect(flags)
      const delivery = await client.get<Delivery>(`${path}/${connector}/${event}`)
      const output = createOutput({ json: flags.json ?? false })
      output.line(lineOf(delivery, flags), delivery)
      if (!flags.json) for (const line of detailsOf(delivery, flags)) output.line(line, {})
    })
  addAct(deliveries, 'release', 'Try dead deliveries again.')
  addAct(deliveries, 'retry', 'Try deliveries that wait for their time now.')
  addAct(deliveries, 'skip', 'Give deliveries up, so that later ones of the same sender and subject go on.')
  addAct(deliveries, 'settle', 'Say of deliveries in doubt whether the outside system has the event.')
}

function addAct(
  deliveries: Command,
  act: 'release' | 'retry' | 'skip' | 'settle',
  description: string
): void {
  const command = withFilter(withControl(deliveries.command(act)))
    .argument('[connector]', 'name of the connector instance')
    .argument('[event]', "the event's hash")
    .description(`${description} Names one, or with --all those of a filter.`)
    .option('--all', 'all deliveries of the filter: without --count it only says how many')
    .option('--count <number>', 'with --all: how many there must be')
  if (act === 'skip') command.requiredOption('--reason <text>', 'why; it is recorded')
  else command.option('--reason <text>', 'why; it is recorded')
  if (act === 'settle') command.requiredOption('--result <result>', 'done or not-done')
  command.action(
    async (connector: string | undefined, event: string | undefined, flags: ActFlags, self: Command) => {
      const { reason, result: as, count, lang } = flags
      const { t } = hostTextsIn(lang)
      const members = {
        act,
        ...(reason === undefined ? {} : { reason }),
        ...(as === undefined ? {} : { as })
      }
      if (flags.all && connector === undefined) {
        if (count !== undefined && !/^\d{1,9}$/.test(count)) self.error(t('count.notNumber'))
        return actOnAll(await connect(flags), { ...members, filter: filterOf(flags) }, flags)
      }
      if (flags.all || connector === undefined || event === undefined) {
        return self.error(t('deliveries.nameOne'))
      }
      const done = await (await connect(flags)).act(path, { ...members, deliveries: [{ connector, event }] })
      tell(act, done, flags)
    }
  )
}

/** Without the count it is a dry run: nobody releases more than they have looked at. */
async function actOnAll(
  client: Client,
  body: { readonly act: string; readonly filter: object },
  flags: ActFlags
): Promise<void> {
  if (flags.count !== undefined)
    return tell(body.act, await client.act(path, { ...body, count: Number(flags.count) }), flags)
  const { count } = (await client.act(path, { ...body, dryRun: true })) as { readonly count: number }
  const { t } = hostTextsIn(flags.lang)
  createOutput({ json: flags.json ?? false }).line(t('deliveries.counted', { count }), { count, done: false })
  if (count > 0) warn(t('deliveries.repeat', { count }))
}

function tell(act: string, done: unknown, { json = false, lang }: Flags): void {
  const { count } = done as { readonly count: number }
  const { t, word } = hostTextsIn(lang)
  createOutput({ json }).line(t('deliveries.done', { act: word('act', act), count }), {
    act,
    count,
    done: true
  })
}

function withFilter(command: Command): Command {
  return command
    .option('--connector <name>', 'only of this connector instance')
    .option('--state <state>', 'only in this state: waiting, dead, in-doubt, delivered, skipped or ended')
    .option('--recipient <code>', 'only to this agency')
    .option('--sender <code>', 'only from this agency')
    .option('--subject <subject>', 'only about this subject')
}

function filterOf({ connector, state, recipient, sender, subject }: FilterFlags): Record<string, string> {
  const all = Object.entries({ connector, state, recipient, sender, subject })
  return Object.fromEntries(all.filter((entry): entry is [string, string] => entry[1] !== undefined))
}

function lineOf(delivery: Delivery, { lang }: Flags): string {
  const { connector, event, state, attempts, type, sender, subject, nextAttempt, lastError } = delivery
  const { t, word, exact } = hostTextsIn(lang)
  const values = { connector, event, type, subject, sender, attempts, state: word('delivery', state) }
  const next = nextAttempt === undefined ? '' : t('delivery.next', { time: exact(nextAttempt) })
  return t('delivery', values) + next + (lastError ? t('delivery.error', { code: lastError.code }) : '')
}

function detailsOf({ lastError, waitsFor, acts = [] }: Delivery, { lang }: Flags): readonly string[] {
  const { t, word, exact } = hostTextsIn(lang)
  return [
    ...(lastError ? [t('delivery.failed', { at: exact(lastError.at), detail: lastError.detail })] : []),
    ...(waitsFor === undefined ? [] : [t('delivery.waitsFor', { event: waitsFor })]),
    ...acts.map(({ act, by, person, at, reason }) =>
      t('delivery.act', {
        at: exact(at),
        act: word('act', act),
        by: person ? `${person.name} (${person.id})` : by,
        reason: reason === undefined ? '' : `: ${reason}`
      })
    )
  ]
}
