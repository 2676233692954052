import { readFile } from 'node:fs/promises'
import type { Command } from 'commander'
import { type VerificationKeys, verifyItem } from '#client/verify-item.ts'
import type { DeliveredEvent } from '#protocol/events/event-stages.ts'
import { createOutput } from '#runtime/output.ts'

export function addVerify(program: Command): void {
  program
    .command('verify')
    .argument('<file>', 'an inbox item as `lienthong inbox --json` writes it')
    .description("Verify the sender's signature and the receipt of the bus, offline.")
    .requiredOption('--system-keys <file>', 'the sending system as GET /v1/systems/… shows it')
    .requiredOption('--bus-keys <file>', "the bus's keys, from /.well-known/jwks.json")
    .option('--json', 'one JSON value')
    .action(async (file: string, flags: { systemKeys: string; busKeys: string; json?: boolean }) => {
      const output = createOutput({ json: flags.json ?? false })
      const read = async <T>(path: string): Promise<T> => JSON.parse(await readFile(path, 'utf8')) as T
      const keys: VerificationKeys = {
        system: (await read<{ keys: VerificationKeys['system'] }>(flags.systemKeys)).keys,
        bus: (await read<{ keys: VerificationKeys['bus'] }>(flags.busKeys)).keys
      }
      const found = await verifyItem(await read<DeliveredEvent>(file), keys)
      output.line(`signature: ${found.signature}; receipt: ${found.receipt}; hash: ${found.hash}`, found)
      if (found.signature === 'bad' || found.receipt === 'bad') process.exitCode = 1
    })
}
