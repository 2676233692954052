import type { Command } from 'commander'
import { say } from '#runtime/output.ts'
import { type BusFlags, runBus } from '#runtime/run-bus.ts'
import { untilStopped } from '#runtime/until-stopped.ts'
import { withLanguage } from '../language.ts'

export function addUp(program: Command): void {
  withLanguage(program.command('up'))
    .description('Run the bus on this machine.')
    .option('--config <file>', 'configuration file')
    .option('--data <folder>', 'data folder')
    .option('--port <number>', "the gateway's port; 0 picks a free one")
    .option('--management-port <number>', 'port of health and metrics; 0 picks a free one')
    .option('--log-level <level>', 'silent, error, warn, info or debug')
    .action(async (flags: BusFlags) => {
      const { bus, config } = await runBus(flags)
      say(
        `Liên Thông listens on ${bus.publicUrl} (management: ${bus.managementUrl}, data: ${config.data.folder})`
      )
      await untilStopped(bus.close, bus.reloadConnectors)
    })
}
