import type { Command } from 'commander'
import type { Client } from '#client/client.ts'
import { createOutput, warn } from '#runtime/output.ts'
import { type ConnectFlags, connect, withConnection } from '../connect.ts'

interface Flags extends ConnectFlags {
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
  withFilter(withConnection(deliveries.command('list')))
    .description('List deliveries that are open, or those in a state; oldest event first.')
    .action(async (flags: FilterFlags) => {
      const output = createOutput({ json: flags.json ?? false })
      const client = await connect(flags)
      for await (const delivery of allOf(client, filterOf(flags))) output.line(lineOf(delivery), delivery)
    })
  withConnection(deliveries.command('show'))
    .argument('<connector>', 'name of the connector instance')
    .argument('<event>', "the event's hash")
    .description('Show a delivery: its last error, what it waits for, and what people did to it.')
    .action(async (connector: string, event: string, flags: Flags) => {
      const client = await connect(flags)
      const delivery = await client.get<Delivery>(`${path}/${connector}/${event}`)
      const output = createOutput({ json: flags.json ?? false })
      output.line(lineOf(delivery), delivery)
      if (!flags.json) for (const line of detailsOf(delivery)) output.line(line, {})
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
  const command = withFilter(withConnection(deliveries.command(act)))
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
      const { reason, result: as, count } = flags
      const members = {
        act,
        ...(reason === undefined ? {} : { reason }),
        ...(as === undefined ? {} : { as })
      }
      if (flags.all && connector === undefined) {
        if (count !== undefined && !/^\d{1,9}$/.test(count)) self.error('--count must be a number')
        return actOnAll(await connect(flags), { ...members, filter: filterOf(flags) }, flags)
      }
      if (flags.all || connector === undefined || event === undefined) {
        return self.error('name a connector and the hash of an event, or use --all with a filter')
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
  createOutput({ json: flags.json ?? false }).line(`${count} deliveries; nothing was done`, {
    count,
    done: false
  })
  if (count > 0) warn(`To ${body.act} them, repeat the command with --count ${count}.`)
}

function tell(act: string, done: unknown, { json = false }: Flags): void {
  const { count } = done as { readonly count: number }
  createOutput({ json }).line(`${act}: ${count} deliveries`, { act, count, done: true })
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

async function* allOf(client: Client, filter: Record<string, string>): AsyncGenerator<Delivery> {
  for (let after: string | undefined; ; ) {
    const query = new URLSearchParams({ ...filter, limit: '500', ...(after === undefined ? {} : { after }) })
    const page = await client.get<{ readonly items: readonly Delivery[]; readonly next?: string }>(
      `${path}?${query}`
    )
    yield* page.items
    if (page.next === undefined) return
    after = page.next
  }
}

function lineOf(delivery: Delivery): string {
  const { connector, event, state, attempts, type, sender, subject, nextAttempt, lastError } = delivery
  const next = nextAttempt === undefined ? '' : `, next try ${nextAttempt}`
  const error = lastError === undefined ? '' : `, last error ${lastError.code}`
  return `${state} ${connector} ${event} ${type} ${subject} from ${sender}: attempts ${attempts}${next}${error}`
}

function detailsOf({ lastError, waitsFor, acts = [] }: Delivery): readonly string[] {
  return [
    ...(lastError ? [`error at ${lastError.at}: ${lastError.detail}`] : []),
    ...(waitsFor === undefined ? [] : [`waits for ${waitsFor}, of the same sender and subject`]),
    ...acts.map(
      ({ act, by, person, at, reason }) =>
        `${at} ${act} by ${person ? `${person.name} (${person.id})` : by}${reason === undefined ? '' : `: ${reason}`}`
    )
  ]
}
