import { type Command, Option } from 'commander'
import type { CheckInstancesOptions } from '#connectors/host/check-instances.ts'
import { examineMachine } from '#operations/doctor/doctor.ts'
import { examineActs } from '#operations/doctor/doctor-acts.ts'
import { examineEngines } from '#operations/doctor/doctor-engines.ts'
import { examineSettings } from '#operations/doctor/doctor-settings.ts'
import type { Finding } from '#operations/doctor/finding.ts'
import type { Language } from '#protocol/errors/faults.ts'
import type { Config } from '#runtime/config.ts'
import { environment } from '#runtime/environment.ts'
import { readKey } from '#runtime/keyring.ts'
import { createOutput } from '#runtime/output.ts'
import { type BusFlags, configFrom, instancesFrom } from '#runtime/run-bus.ts'
import { type ConnectFlags, connect, defaultGateway } from '../connect.ts'
import { gatewayTextsIn } from '../gateway-texts.ts'
import { type LanguageFlags, withLanguage } from '../language.ts'
import { examineGateway } from '../remote/examine-gateway.ts'
import { showFindings } from '../show-findings.ts'

interface DoctorFlags extends BusFlags {
  /** True without a value: that of the environment. */
  readonly gateway?: string | true
  readonly as?: string
  readonly key?: string
  readonly json?: boolean
  readonly verifyActs?: boolean
  readonly lang: Language
}

export function addDoctor(program: Command): void {
  withLanguage(program.command('doctor'))
    .description('Check whether the bus can run on this machine, or whether a system can use a gateway.')
    .option('--config <file>', 'configuration file')
    .option('--data <folder>', 'data folder')
    .option('--port <number>', "the gateway's port")
    .option('--management-port <number>', 'port of health and metrics')
    .option(
      '--gateway [url]',
      'check this gateway instead, as the system --as with --key; without a URL, that of $LIENTHONG_GATEWAY'
    )
    .option('--as <system>', 'the system to check as; by default $LIENTHONG_AS')
    .option('--key <file>', 'its private JWK; by default $LIENTHONG_KEY')
    .addOption(
      new Option(
        '--verify-acts',
        'only verify every control act that is stored; the bus may be running'
      ).conflicts('gateway')
    )
    .option('--json', 'one JSON value a line')
    .action(async (flags: DoctorFlags, command: Command) => {
      const { as = environment.LIENTHONG_AS, key = environment.LIENTHONG_KEY, lang } = flags
      const output = createOutput({ json: flags.json ?? false })
      const gateway = chosenGateway(flags)
      if (gateway === undefined) {
        const config = await configFrom(flags)
        const found = flags.verifyActs
          ? examineActs(config, lang)
          : examine(config, () => instancesFrom(config, flags), lang)
        showFindings(output, await found, lang)
        return
      }
      if (as === undefined || key === undefined) command.error(gatewayTextsIn(lang)('needs'))
      showFindings(output, await examineAsSystem({ gateway, as, key, lang }), lang)
    })
}

function chosenGateway({ gateway }: DoctorFlags): string | undefined {
  return gateway === true ? (environment.LIENTHONG_GATEWAY ?? defaultGateway) : gateway
}

async function examineAsSystem(flags: ConnectFlags & LanguageFlags): Promise<readonly Finding[]> {
  const { gateway, key, lang } = flags
  const t = gatewayTextsIn(lang)
  const client = await connect(flags)
  const { kid } = (await readKey(key)).publicJwk
  const seen = await examineGateway(gateway, { client, kid, language: lang })
  return seen.map(({ check, ok, says, values }) => ({
    what: t(`check.${check}`),
    ok,
    message: t(says, values)
  }))
}

async function examine(
  config: Config,
  readInstances: () => Promise<CheckInstancesOptions>,
  language: Language
): Promise<readonly Finding[]> {
  return [
    ...(await examineMachine(config, language)),
    ...(await examineSettings(config, readInstances, language)),
    ...(await examineEngines(config, language))
  ]
}
