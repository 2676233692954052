import { resolve } from 'node:path'
import type { Command } from 'commander'
import { createLogger } from '#engines/telemetry/logger.ts'
import { dryRun } from '#operations/migrate/dry-run.ts'
import { migrate } from '#operations/migrate/migrate.ts'
import { createOutput } from '#runtime/output.ts'
import { configFrom } from '#runtime/run-bus.ts'
import { type LanguageFlags, withLanguage } from '../language.ts'

interface MigrateFlags {
  readonly data: string
  readonly config: string
  readonly attachments?: string
  readonly dryRun?: boolean
  readonly json?: boolean
}

export function addMigrate(program: Command): void {
  withLanguage(program.command('migrate'))
    .description('Migrate a bus from one machine to Kafka and PostgreSQL. The bus must not be running.')
    .requiredOption('--data <folder>', 'data folder to migrate from')
    .requiredOption('--config <file>', 'configuration file of the bus to migrate to')
    .option('--attachments <folder>', 'folder of the attachments, if not in the data folder')
    .option('--dry-run', 'print what would be copied, and change nothing')
    .option('--json', 'one JSON value a line')
    .action(
      async ({ data, config, attachments, lang, ...flags }: MigrateFlags & Pick<LanguageFlags, 'lang'>) => {
        const run = flags.dryRun ? dryRun : migrate
        await run({
          folder: resolve(data),
          attachments: attachments === undefined ? undefined : resolve(attachments),
          config: await configFrom({ config }),
          output: createOutput({ json: flags.json ?? false }),
          lang,
          logger: createLogger({ level: 'warn' })
        })
      }
    )
}
