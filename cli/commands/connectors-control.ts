import type { Command } from 'commander'
import type { Client } from '#client/client.ts'
import type { Language } from '#protocol/errors/faults.ts'
import { createOutput, warn } from '#runtime/output.ts'
import { connect } from '../connect.ts'
import { withControl } from '../control.ts'
import { type HostText, hostTextsIn } from '../host-texts.ts'
import type { LanguageFlags } from '../language.ts'

interface Flags extends LanguageFlags {
  readonly json?: boolean
  readonly reason?: string
  readonly cursor?: string
  readonly beginning?: boolean
}

/** An instance, as `/v1/connectors` shows it. */
interface Instance {
  readonly name: string
  readonly kind: string
  readonly system?: string
  readonly state: string
  readonly since: string
  readonly reason?: string
  readonly pausedBy?: string
  readonly nextTry?: string
  readonly cursor?: string
  readonly polled?: string
  readonly undeliveredSince?: string
  readonly counts: Readonly<Record<'toPublish' | 'quarantined' | 'waiting' | 'dead' | 'inDoubt', number>>
  readonly unknown?: Unknown
}

/** What the outside has that is not stored, while an instance is paused. */
interface Unknown {
  readonly references: readonly string[]
  readonly isMore: boolean
}

interface Done {
  readonly result: 'done' | 'failed' | 'pending'
  readonly problem?: string
  readonly unknown?: Unknown
}

const path = '/v1/connectors'

const acts = {
  pause: 'Pause an instance: it neither publishes nor delivers.',
  resume: 'Let a paused instance run again.',
  restart: 'Stop an instance, and have it connect anew.',
  check:
    'Ask the outside system whether all is well. Exit code 1 if it is not. While the instance is paused, list what the outside system has that is not stored.',
  reset: 'Have the next poll go on at a cursor. What was stored before is not stored again.'
} as const

/** `lienthong connectors list`, `show` and acts on instances. */
export function addConnectorsControl(connectors: Command): void {
  withControl(connectors.command('list'))
    .description('List connector instances and their states.')
    .action(async (flags: Flags) => {
      const output = createOutput({ json: flags.json ?? false })
      const { items } = await (await connect(flags)).get<{ readonly items: readonly Instance[] }>(path)
      for (const item of items) output.line(lineOf(item, flags), item)
    })
  withControl(connectors.command('show'))
    .argument('<name>', 'name of the instance')
    .description('Show an instance: its state, cursor and counts.')
    .action(async (name: string, flags: Flags) => {
      const output = createOutput({ json: flags.json ?? false })
      const instance = await (await connect(flags)).get<Instance>(`${path}/${encodeURIComponent(name)}`)
      output.line(lineOf(instance, flags), instance)
      if (!flags.json) for (const line of detailsOf(instance, flags)) output.line(line, {})
    })
  for (const [act, description] of Object.entries(acts)) addAct(connectors, act, description)
  withControl(connectors.command('reload'))
    .description(
      'Have every process read the settings of all instances again. Those that are unchanged go on undisturbed; exit code 1 if some are misconfigured.'
    )
    .option('--reason <text>', 'why; it is recorded')
    .action(async (flags: Flags) => {
      const why = flags.reason === undefined ? {} : { reason: flags.reason }
      await actOnInstance(await connect(flags), { act: 'reload', ...why }, flags)
    })
}

function addAct(connectors: Command, act: string, description: string): void {
  const command = withControl(connectors.command(act))
    .argument('<name>', 'name of the instance')
    .description(description)
    .option('--reason <text>', 'why; it is recorded')
  if (act === 'reset')
    command.option('--cursor <cursor>', 'where to go on').option('--beginning', 'at the beginning')
  command.action(async (connector: string, flags: Flags, self: Command) => {
    const { reason, cursor, beginning = false } = flags
    if (act === 'reset' && (cursor === undefined) !== beginning)
      self.error(hostTextsIn(flags.lang).t('reset.where'))
    const where = act === 'reset' ? { cursor: cursor ?? null } : {}
    const body = { act, connector, ...(reason === undefined ? {} : { reason }), ...where }
    await actOnInstance(await connect(flags), body, flags)
  })
}

/** Does something to an instance and says what came of it; exit code 1 unless it was done. */
export async function actOnInstance(
  client: Client,
  body: { readonly act: string; readonly connector?: string; readonly [member: string]: unknown },
  { json = false, lang }: Pick<Flags, 'json' | 'lang'>
): Promise<void> {
  const { t, word } = hostTextsIn(lang)
  const { act, connector = t('connectors.all') } = body
  const done = (await client.act(path, body)) as Done
  const { result, problem, unknown } = done
  const output = createOutput({ json })
  const said = t(`result.${result}`) + (problem === undefined ? '' : `: ${problem}`)
  output.line(`${word('act', act)} ${connector}: ${said}`, { ...body, ...done })
  if (!json) for (const line of unknownLines(unknown, lang)) output.line(line, {})
  if (result !== 'done') process.exitCode = 1
  if (result === 'pending') warn(t('result.later'))
}

function unknownLines(unknown: Unknown | undefined, lang: Language): readonly string[] {
  if (!unknown) return []
  const { t } = hostTextsIn(lang)
  const { references, isMore } = unknown
  const count = isMore ? t('unknown.more', { count: references.length }) : references.length
  return [t('unknown', { count }), ...references.map((one) => `  ${one}`)]
}

function lineOf({ name, kind, state, since, reason }: Instance, { lang }: Flags): string {
  const { t, word, exact } = hostTextsIn(lang)
  const values = { name, kind, state: word('connector', state), since: exact(since) }
  return t('connector', values) + (reason === undefined ? '' : `: ${reason}`)
}

function detailsOf(instance: Instance, { lang }: Flags): readonly string[] {
  const { t, exact } = hostTextsIn(lang)
  const { system, pausedBy, nextTry, cursor, polled, undeliveredSince, counts, unknown } = instance
  const at = (time: string | undefined) => (time === undefined ? undefined : exact(time))
  const facts = {
    ...{ system, pausedBy, nextTry: at(nextTry), cursor, polled: at(polled) },
    undeliveredSince: at(undeliveredSince),
    ...counts
  }
  const lines = Object.entries(facts).flatMap(([name, value]) =>
    value === undefined ? [] : [`${t(`connector.${name}` as HostText)}: ${value}`]
  )
  return [...lines, ...unknownLines(unknown, lang)]
}
