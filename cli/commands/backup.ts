import { resolve } from 'node:path'
import type { Command } from 'commander'
import { backUp, restore } from '#operations/backup/backup.ts'
import { say } from '#runtime/output.ts'

export function addBackup(program: Command): void {
  program
    .command('backup')
    .argument('<folder>', 'folder of the new backup; it must not exist yet')
    .description('Back up a data folder consistently. The bus may be running.')
    .requiredOption('--data <folder>', 'data folder')
    .action(async (to: string, { data }: { data: string }) => {
      await backUp(resolve(data), resolve(to))
      say(`Backed up ${data} to ${to}.`)
    })

  program
    .command('restore')
    .argument('<folder>', 'folder of the backup')
    .description(
      'Replace a data folder with a backup. The bus must not be running. Readers must read again from the time of the backup.'
    )
    .requiredOption('--data <folder>', 'data folder')
    .option(
      '--keep-log',
      'keep the event log of the data folder: it may have events that were accepted after the backup'
    )
    .action(async (from: string, { data, keepLog }: { data: string; keepLog?: boolean }) => {
      const { restoredTo } = await restore({
        from: resolve(from),
        folder: resolve(data),
        keepLog: keepLog ?? false
      })
      say(`Restored to the state of ${restoredTo}. Readers get 410 with the time to read from.`)
    })
}
