import { readFile } from 'node:fs/promises'
import type { Command } from 'commander'
import { type VerificationKeys, verifyItem } from '#client/verify-item.ts'
import type { Language } from '#protocol/errors/faults.ts'
import type { DeliveredEvent } from '#protocol/events/event-stages.ts'
import { createOutput } from '#runtime/output.ts'
import { eventTextsIn } from '../event-texts.ts'
import { withLanguage } from '../language.ts'

interface VerifyFlags {
  readonly systemKeys: string
  readonly busKeys: string
  readonly json?: boolean
  readonly lang: Language
}

export function addVerify(program: Command): void {
  withLanguage(program.command('verify'))
    .argument('<file>', 'an inbox item as `lienthong inbox --json` writes it')
    .description("Verify the sender's signature and the receipt of the bus, offline.")
    .requiredOption(
      '--system-keys <file>',
      'the sending system as `lienthong systems list SYSTEM --json` prints it'
    )
    .requiredOption('--bus-keys <file>', "the bus's keys, from /.well-known/jwks.json")
    .option('--json', 'one JSON value')
    .action(async (file: string, flags: VerifyFlags, self: Command) => {
      const output = createOutput({ json: flags.json ?? false })
      const t = eventTextsIn(flags.lang)
      const read = async <T extends object>(path: string): Promise<T> =>
        objectIn<T>(await readFile(path, 'utf8')) ?? self.error(t('verify.notJson', { file: path }))
      const keys: VerificationKeys = {
        system: (await read<{ keys: VerificationKeys['system'] }>(flags.systemKeys)).keys,
        bus: (await read<{ keys: VerificationKeys['bus'] }>(flags.busKeys)).keys
      }
      const item = await read<DeliveredEvent>(file)
      if (!areObjects(keys.system) || !areObjects(keys.system.map(({ key }) => key)))
        self.error(t('verify.noSystemKeys', { file: flags.systemKeys }))
      if (!areObjects(keys.bus)) self.error(t('verify.noBusKeys', { file: flags.busKeys }))
      if (!isItem(item)) self.error(t('verify.notItem', { file }))
      const found = await verifyItem(item, keys)
      const { signature, receipt, hash } = found
      const says = { signature: t(`verify.${signature}`), receipt: t(`verify.${receipt}`), hash }
      output.line(t('verify.found', says), found)
      if (found.signature !== 'bad' && found.receipt !== 'bad') return
      if (!flags.json) output.line(t('verify.doNotUse'), {})
      process.exitCode = 1
    })
}

/** The JSON object of a text; undefined if it is none. */
function objectIn<T extends object>(text: string): T | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? (value as T) : undefined
  } catch {
    return undefined
  }
}

function areObjects(values: unknown): values is readonly object[] {
  return Array.isArray(values) && values.every(isObject)
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}

/** Whether a value has the members of an item that are compared; the proofs may have any shape. */
function isItem(value: DeliveredEvent): boolean {
  const { event, added, receipt } = value as Partial<DeliveredEvent>
  const isEvent = isObject(event) && typeof event.source === 'string' && typeof event.id === 'string'
  return isEvent && isObject(added) && isObject(receipt)
}
