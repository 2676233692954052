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
  readInstances: () => Promise<CheckInstancesOptions>,
  language: Language
): Promise<readonly Finding[]> {
  const t = doctorTexts(language)
  const { flows, alerts, gateway, management } = config
  const problems: string[] = []
  const attempt = async <T>(check: () => T): Promise<Awaited<T> | undefined> => {
    try {
      return await check()
    } catch (error) {
      if (!(error instanceof BusError)) throw error
      problems.push(error.text(language))
      return undefined
    }
  }
  await attempt(() => checkFlowsConfig(flows))
  await attempt(() => conditionsOf(alerts))
  const instances = await attempt(readInstances)
  const { valid, misconfigured } = instances
    ? await checkInstances(instances)
    : { valid: [], misconfigured: [] }
  if (gateway.port !== 0 && gateway.port === management.port && meet(gateway.host, management.host))
    problems.push(t('samePort', { of: gateway.port }))
  return [
    ...problems.map((problem) => finding(t('settings'), false, problem, '')),
    ...(valid.length + misconfigured.length === 0
      ? []
      : findings(
          t('connectors'),
          misconfigured.flatMap((one) => one.problems.map((problem) => `${one.name}: ${problem}`)),
          t('configured', { count: valid.length })
        ))
  ]
}

/** Whether two servers at these addresses need different ports. */
function meet(one: string, other: string): boolean {
  const all = ['0.0.0.0', '::']
  return one === other || all.includes(one) || all.includes(other)
}
