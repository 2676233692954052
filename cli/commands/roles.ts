import type { Command } from 'commander'
import { BusError } from '#protocol/errors/bus-error.ts'
import type { Role } from '#runtime/composition.ts'
import { say } from '#runtime/output.ts'
import type { BusFlags } from '#runtime/run-bus.ts'
import { untilStopped } from '#runtime/until-stopped.ts'
import { withLanguage } from '../language.ts'
import { addConnectorsControl } from './connectors-control.ts'
import { addConnectorsKit } from './connectors-kit.ts'
import { addConnectorsMap } from './connectors-map.ts'
import { addConnectorsNew } from './connectors-new.ts'

const summaries: Readonly<Record<Role, string>> = {
  gateway: 'Run a gateway process: it accepts events and serves inboxes over HTTP.',
  consumers: 'Run a consumer process: it reads the event log and updates inboxes.',
  connectors: 'Run a connector process: it exchanges events with outside systems.'
}

/** `lienthong gateway`, `consumers` and `connectors`: run one role per process, any number of each. */
export function addRoles(program: Command): void {
  for (const role of ['gateway', 'consumers', 'connectors'] as const) {
    const command = withLanguage(program.command(role))
      .description(summaries[role])
      .option('--config <file>', 'configuration file')
      .option('--management-port <number>', 'port of health and metrics; 0 picks a free one')
      .option('--log-level <level>', 'silent, error, warn, info or debug')
    if (role === 'gateway') command.option('--port <number>', "the gateway's port; 0 picks a free one")
    if (role === 'connectors') {
      addConnectorsMap(command.enablePositionalOptions())
      addConnectorsControl(command)
      addConnectorsNew(command)
      addConnectorsKit(command)
    }
    command.action(async (flags: BusFlags) => {
      const { areShared } = await import('#runtime/engines-config.ts')
      const { runBus } = await import('#runtime/run-bus.ts')
      const { bus } = await runBus(
        flags,
        (config) => {
          if (areShared(config) && config.gateway.publicUrl !== undefined) return config
          throw new BusError('BUS_CONFIG_INVALID', 'roles-need-shared-engines', { values: { role } })
        },
        [role]
      )
      say(`Liên Thông ${role} is running (management: ${bus.managementUrl})`)
      await untilStopped(bus.close, bus.reloadConnectors)
    })
  }
}
