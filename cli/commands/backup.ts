import { resolve } from 'node:path'
import type { Command } from 'commander'
import { backUp, restore } from '#operations/backup/backup.ts'
import { attachmentsFolder } from '#runtime/open-engines.ts'
import { say } from '#runtime/output.ts'
import { configFrom } from '#runtime/run-bus.ts'
import { withLanguage } from '../language.ts'

interface BackupFlags {
  readonly data: string
  readonly config?: string
  /** False with `--no-attachments`. */
  readonly attachments: boolean
}

interface RestoreFlags extends BackupFlags {
  readonly keepLog?: boolean
  readonly replace?: boolean
}

export function addBackup(program: Command): void {
  const command = (name: string): Command =>
    withLanguage(program.command(name))
      .requiredOption('--data <folder>', 'data folder')
      .option('--config <file>', 'configuration file of the bus; it names the folder of the attachments')
      .option('--no-attachments', 'leave the attachments out, if they are kept safe by other means')

  command('backup')
    .argument('<folder>', 'folder of the new backup; it must not exist yet')
    .description('Back up a data folder consistently. The bus may be running.')
    .action(async (to: string, flags: BackupFlags) => {
      await backUp(resolve(flags.data), resolve(to), { attachments: await attachmentsOf(flags) })
      say(`Backed up ${flags.data} to ${to}${flags.attachments ? '' : ', without the attachments'}.`)
    })

  command('restore')
    .argument('<folder>', 'folder of the backup')
    .description(
      'Replace a data folder with a backup. The bus must not be running. Readers must read again from the time of the backup.'
    )
    .option(
      '--keep-log',
      'keep the event log of the data folder: it may have events that were accepted after the backup'
    )
    .option(
      '--replace',
      'replace the data folder even if it has records that the backup lacks; they are kept in a folder in it'
    )
    .action(async (from: string, flags: RestoreFlags) => {
      const { restoredTo, aside } = await restore({
        from: resolve(from),
        folder: resolve(flags.data),
        attachments: await attachmentsOf(flags),
        keepLog: flags.keepLog ?? false,
        replace: flags.replace ?? false
      })
      if (aside !== undefined)
        say(`The data that were there are in ${aside}. Delete it when nobody needs it.`)
      say(`Restored to the state of ${restoredTo}. Readers get 410 with the time to read from.`)
    })
}

/** The folder of the attachments; false if they are left out. */
async function attachmentsOf(flags: BackupFlags): Promise<string | false> {
  return flags.attachments && attachmentsFolder(await configFrom(flags))
}
