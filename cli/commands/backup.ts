import { resolve } from 'node:path'
import type { Command } from 'commander'
import { backUp, restore } from '#operations/backup/backup.ts'

export function addBackup(program: Command): void {
  program
    .command('backup')
    .argument('<folder>', 'where the backup goes; it must not be there yet')
    .description('Copy a data folder, running or not, as one set.')
    .requiredOption('--data <folder>', 'data folder')
    .action(async (to: string, { data }: { data: string }) => {
      await backUp(resolve(data), resolve(to))
      process.stdout.write(`Backed up ${data} to ${to}.\n`)
    })

  program
    .command('restore')
    .argument('<folder>', 'the backup')
    .description('Put a backup in place of a data folder, in a new epoch. The bus must not be running.')
    .requiredOption('--data <folder>', 'data folder')
    .option('--keep-log', 'keep the log that is there: it may hold what came after the backup')
    .action(async (from: string, { data, keepLog }: { data: string; keepLog?: boolean }) => {
      const { restoredTo } = await restore({
        from: resolve(from),
        folder: resolve(data),
        keepLog: keepLog ?? false
      })
      process.stdout.write(`Restored to ${restoredTo}. Readers are told the time to read from.\n`)
    })
}
