import { resolve } from 'node:path'
import type { Command } from 'commander'
import { backUp, restore } from '#operations/backup/backup.ts'
import { filesApart } from '#operations/backup/files-apart.ts'
import { BusError } from '#protocol/errors/bus-error.ts'
import type { Config } from '#runtime/config.ts'
import { attachmentsFolder } from '#runtime/open-engines.ts'
import { say } from '#runtime/output.ts'
import { configFrom, instancesFrom } from '#runtime/run-bus.ts'
import { withLanguage } from '../language.ts'

interface CommonFlags {
  readonly data: string
  readonly config?: string
  /** False with `--no-attachments`. */
  readonly attachments: boolean
}

interface BackupFlags extends CommonFlags {
  readonly keysApart?: boolean
}

interface RestoreFlags extends CommonFlags {
  readonly replace?: boolean
}

export function addBackup(program: Command): void {
  const command = (name: string): Command =>
    withLanguage(program.command(name))
      .requiredOption('--data <folder>', 'data folder')
      .option(
        '--config <file>',
        'configuration file of the bus; it names the folder of the attachments, and files of keys and passwords'
      )
      .option('--no-attachments', 'leave the attachments out, if they are kept safe by other means')

  command('backup')
    .argument('<folder>', 'folder of the new backup; it must not exist yet')
    .description('Back up a data folder consistently. The bus may be running.')
    .option(
      '--keys-apart',
      'accept that the files outside the data folder that the configuration names, such as keys, are kept safe by other means'
    )
    .action(async (to: string, flags: BackupFlags) => {
      const config = await configOf(flags)
      await backUp(config.data.folder, resolve(to), {
        attachments: flags.attachments && attachmentsFolder(config)
      })
      const { instances } = await instancesFrom(config, flags) // Whatever is wrong with them, the backup is there.
      const files = await filesApart(config, instances)
      const lacks = [...(flags.attachments ? [] : ['the attachments']), ...files]
      say(`Backed up ${flags.data} to ${to}${lacks.length === 0 ? '' : `, without ${lacks.join(', ')}`}.`)
      if (files.length > 0 && !flags.keysApart) {
        const values = { path: to, files: files.join(', ') }
        throw new BusError('BUS_CONFIG_INVALID', 'backup-without-keys', { values })
      }
    })

  command('restore')
    .argument('<folder>', 'folder of the backup')
    .description(
      'Replace a data folder with a backup. The bus must not be running. Readers must read again from the time of the backup.'
    )
    .option(
      '--replace',
      'replace the data folder even if it has records that the backup lacks; they are kept in a folder in it'
    )
    .action(async (from: string, flags: RestoreFlags) => {
      const config = await configOf(flags)
      const { restoredTo, aside } = await restore({
        from: resolve(from),
        folder: resolve(flags.data),
        attachments: flags.attachments && attachmentsFolder(config),
        replace: flags.replace ?? false
      })
      if (aside !== undefined)
        say(`The data that were there are in ${aside}. Delete it when nobody needs it.`)
      say(`Restored to the state of ${restoredTo}. Readers get 410 with the time to read from.`)
    })
}

/** The configuration, if what it says is stored in the data folder. */
async function configOf(flags: CommonFlags): Promise<Config> {
  const config = await configFrom(flags)
  if (config.store.postgres || config.eventLog.kafka)
    throw new BusError('BUS_CONFIG_INVALID', 'backup-of-shared-engines', { values: { path: flags.data } })
  return config
}
