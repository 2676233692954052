import type { Command } from 'commander'
import type { Client } from '#client/client.ts'
import { createOutput, warn } from '#runtime/output.ts'
import { type ConnectFlags, connect, withConnection } from '../connect.ts'

interface Flags extends ConnectFlags {
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
  readonly counts: Readonly<Record<string, number>>
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
  withConnection(connectors.command('list'))
    .description('List connector instances and their states.')
    .action(async (flags: Flags) => {
      const output = createOutput({ json: flags.json ?? false })
      const { items } = await (await connect(flags)).get<{ readonly items: readonly Instance[] }>(path)
      for (const item of items) output.line(lineOf(item), item)
    })
  withConnection(connectors.command('show'))
    .argument('<name>', 'name of the instance')
    .description('Show an instance: its state, cursor and counts.')
    .action(async (name: string, flags: Flags) => {
      const output = createOutput({ json: flags.json ?? false })
      const instance = await (await connect(flags)).get<Instance>(`${path}/${encodeURIComponent(name)}`)
      output.line(lineOf(instance), instance)
      if (!flags.json) for (const line of detailsOf(instance)) output.line(line, {})
    })
  for (const [act, description] of Object.entries(acts)) addAct(connectors, act, description)
  withConnection(connectors.command('reload'))
    .description(
      'Have every process read the settings of all instances again. Those that are unchanged go on undisturbed; exit code 1 if some are misconfigured.'
    )
    .option('--reason <text>', 'why; it is recorded')
    .action(async ({ reason, json = false, ...flags }: Flags) => {
      const why = reason === undefined ? {} : { reason }
      await actOnInstance(await connect(flags), { act: 'reload', ...why }, json)
    })
}

function addAct(connectors: Command, act: string, description: string): void {
  const command = withConnection(connectors.command(act))
    .argument('<name>', 'name of the instance')
    .description(description)
    .option('--reason <text>', 'why; it is recorded')
  if (act === 'reset')
    command.option('--cursor <cursor>', 'where to go on').option('--beginning', 'at the beginning')
  command.action(async (connector: string, flags: Flags, self: Command) => {
    const { reason, cursor, beginning = false } = flags
    if (act === 'reset' && (cursor === undefined) !== beginning)
      self.error('give either --cursor or --beginning')
    const where = act === 'reset' ? { cursor: cursor ?? null } : {}
    const body = { act, connector, ...(reason === undefined ? {} : { reason }), ...where }
    await actOnInstance(await connect(flags), body, flags.json ?? false)
  })
}

/** Does something to an instance and says what came of it; exit code 1 unless it was done. */
export async function actOnInstance(
  client: Client,
  body: { readonly act: string; readonly connector?: string; readonly [member: string]: unknown },
  json: boolean
): Promise<void> {
  const { act, connector = 'all instances' } = body
  const done = (await client.act(path, body)) as Done
  const output = createOutput({ json })
  output.line(`${act} ${connector}: ${textOf(done)}`, { ...body, ...done })
  if (!json) for (const line of unknownLines(done.unknown)) output.line(line, {})
  if (done.result !== 'done') process.exitCode = 1
  if (done.result === 'pending')
    warn('No process has done it yet. It is recorded, and done as soon as one runs the instance.')
}

function unknownLines(unknown: Unknown | undefined): readonly string[] {
  if (!unknown) return []
  const { references, isMore } = unknown
  const count = `${isMore ? 'more than ' : ''}${references.length}`
  return [`not stored, read once it is resumed: ${count}`, ...references.map((one) => `  ${one}`)]
}

function textOf({ result, problem }: Done): string {
  return problem === undefined ? result : `${result}: ${problem}`
}

function lineOf({ name, kind, state, since, reason }: Instance): string {
  return `${name} (${kind}) ${state} since ${since}${reason === undefined ? '' : `: ${reason}`}`
}

function detailsOf(instance: Instance): readonly string[] {
  const { system, pausedBy, nextTry, cursor, polled, undeliveredSince, counts, unknown } = instance
  const facts = {
    ...{ system, 'paused by': pausedBy, 'next try': nextTry, cursor, 'last poll with items': polled },
    'undelivered since': undeliveredSince,
    ...counts
  }
  const lines = Object.entries(facts).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}: ${value}`]
  )
  return [...lines, ...unknownLines(unknown)]
}
