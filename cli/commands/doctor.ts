import type { Command } from 'commander'
import { examineGateway, examineMachine } from '#operations/doctor/doctor.ts'
import { examineEngines } from '#operations/doctor/doctor-engines.ts'
import type { Finding } from '#operations/doctor/finding.ts'
import type { Config } from '#runtime/config.ts'
import { createOutput } from '#runtime/output.ts'
import { type BusFlags, configFrom } from '#runtime/run-bus.ts'
import { connect } from '../connect.ts'
import { showFindings } from '../show-findings.ts'

interface DoctorFlags extends BusFlags {
  readonly gateway?: string
  readonly as?: string
  readonly key?: string
  readonly json?: boolean
}

export function addDoctor(program: Command): void {
  program
    .command('doctor')
    .description('Check whether the bus can run on this machine, or whether a system can use a gateway.')
    .option('--config <file>', 'configuration file')
    .option('--data <folder>', 'data folder')
    .option('--port <number>', "the gateway's port")
    .option('--management-port <number>', 'port of health and metrics')
    .option('--gateway <url>', 'check this gateway instead, as the system --as with --key')
    .option('--as <system>', 'the system to check as')
    .option('--key <file>', 'its private JWK')
    .option('--json', 'one JSON value a line')
    .action(async (flags: DoctorFlags, command: Command) => {
      const { gateway, as, key } = flags
      const output = createOutput({ json: flags.json ?? false })
      if (gateway !== undefined && (as === undefined || key === undefined))
        command.error('--gateway needs --as and --key')
      const findings =
        gateway !== undefined && as !== undefined && key !== undefined
          ? await examineGateway(gateway, await connect({ gateway, as, key }))
          : await examine(await configFrom(flags))
      showFindings(output, findings)
    })
}

async function examine(config: Config): Promise<readonly Finding[]> {
  return [...(await examineMachine(config)), ...(await examineEngines(config))]
}
