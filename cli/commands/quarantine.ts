import type { Command } from 'commander'
import type { Client } from '#client/client.ts'
import { createOutput, warn } from '#runtime/output.ts'
import { connect } from '../connect.ts'
import { withControl } from '../control.ts'
import { hostTextsIn } from '../host-texts.ts'
import type { LanguageFlags } from '../language.ts'
import { actOnInstance } from './connectors-control.ts'

interface Flags extends LanguageFlags {
  readonly json?: boolean
  readonly connector?: string
}

interface RetryFlags extends Flags {
  readonly all?: boolean
  readonly count?: string
  readonly reason?: string
}

/** An item, as `/v1/quarantine` shows it. */
interface Item {
  readonly item: number
  readonly connector: string
  readonly reference: string
  readonly code: string
  readonly reason: string
  readonly since: string
}

const path = '/v1/quarantine'

/** `lienthong quarantine`: what outside systems gave and connectors cannot use. */
export function addQuarantine(program: Command): void {
  const quarantine = program
    .command('quarantine')
    .description('Items of outside systems that cannot be used.')
  withControl(quarantine.command('list'))
    .option('--connector <name>', 'only of this connector instance')
    .description('List quarantined items with their reasons, oldest first.')
    .action(async (flags: Flags) => {
      const output = createOutput({ json: flags.json ?? false })
      const client = await connect(flags)
      for await (const item of allOf(client, flags.connector)) output.line(lineOf(item, flags), item)
    })
  withControl(quarantine.command('show'))
    .argument('<item>', 'number of the item')
    .description('Show a quarantined item.')
    .action(async (number: string, flags: Flags) => {
      const client = await connect(flags)
      const item = await client.get<Item>(`${path}/${encodeURIComponent(number)}`)
      createOutput({ json: flags.json ?? false }).line(lineOf(item, flags), item)
    })
  withControl(quarantine.command('retry'))
    .argument('<connector>', 'name of the connector instance')
    .argument('[items...]', 'numbers of items')
    .description('Read items again, or publish their events again; those that still cannot be used stay.')
    .option('--all', 'all items of the instance: without --count it only says how many')
    .option('--count <number>', 'with --all: how many there must be')
    .option('--reason <text>', 'why; it is recorded')
    .action(retry)
}

async function retry(
  connector: string,
  items: readonly string[],
  flags: RetryFlags,
  self: Command
): Promise<void> {
  const { all = false, count, reason, lang } = flags
  const { t } = hostTextsIn(lang)
  if (all === items.length > 0) return self.error(t('items.name'))
  const wrong = items.find((item) => !/^[1-9]\d{0,14}$/.test(item))
  if (wrong !== undefined) return self.error(t('items.notNumber', { item: wrong }))
  const client = await connect(flags)
  const why = reason === undefined ? {} : { reason }
  const act = (numbers: readonly number[]) =>
    actOnInstance(client, { act: 'retry', connector, items: numbers, ...why }, flags)
  if (!all) return act(items.map(Number))
  const numbers: number[] = []
  for await (const { item } of allOf(client, connector)) numbers.push(item)
  if (String(numbers.length) === count) return act(numbers)
  createOutput({ json: flags.json ?? false }).line(t('items.counted', { count: numbers.length }), {
    count: numbers.length,
    done: false
  })
  if (numbers.length > 0) warn(t('deliveries.repeat', { count: numbers.length }))
}

async function* allOf(client: Client, connector: string | undefined): AsyncGenerator<Item> {
  for (let after = 0; ; ) {
    const only: Record<string, string> = connector === undefined ? {} : { connector }
    const query = new URLSearchParams({ ...only, limit: '500', after: String(after) })
    const page = await client.get<{ readonly items: readonly Item[]; readonly next?: number }>(
      `${path}?${query}`
    )
    yield* page.items
    if (page.next === undefined) return
    after = page.next
  }
}

function lineOf({ since, ...item }: Item, { lang }: Flags): string {
  const { t, exact } = hostTextsIn(lang)
  const { connector, reference, code, reason } = item
  return t('item', { item: item.item, connector, reference, code, reason, since: exact(since) })
}
