import { conditionsOf } from '#bus/alerts/check-config.ts'
import { type CheckInstancesOptions, checkInstances } from '#connectors/host/check-instances.ts'
import { checkFlowsConfig } from '#consumers/flows/check-config.ts'
import { BusError } from '#protocol/errors/bus-error.ts'
import type { Language } from '#protocol/errors/faults.ts'
import type { Config } from '#runtime/config.ts'
import { doctorTexts } from './doctor-texts.ts'
import { type Finding, finding, findings } from './finding.ts'

/** Checks the settings that a bus looks at after it has read them: of flows, alerts, ports and connector instances. */
export async function examineSettings(
  config: Config,
  instances: CheckInstancesOptions,
  language: Language
): Promise<readonly Finding[]> {
  const t = doctorTexts(language)
  const { flows, alerts, gateway, management } = config
  const { valid, misconfigured } = await checkInstances(instances)
  const problems = [() => checkFlowsConfig(flows), () => void conditionsOf(alerts)].flatMap((check) => {
    try {
      check()
      return []
    } catch (error) {
      if (!(error instanceof BusError)) throw error
      return [error.text(language)]
    }
  })
  if (gateway.port !== 0 && gateway.port === management.port)
    problems.push(t('samePort', { of: gateway.port }))
  return [
    ...problems.map((problem) => finding(t('settings'), false, problem, '')),
    ...(instances.instances.length === 0
      ? []
      : findings(
          t('connectors'),
          misconfigured.flatMap((one) => one.problems.map((problem) => `${one.name}: ${problem}`)),
          t('configured', { count: valid.length })
        ))
  ]
}
