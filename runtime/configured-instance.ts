import {
  type CheckedInstance,
  checkInstances,
  type DeclaredInstance
} from '#connectors/host/check-instances.ts'
import { BusError } from '#protocol/errors/bus-error.ts'
import type { Config } from './config.ts'
import { instancesIn } from './declared-instances.ts'

export interface InstanceOptions {
  readonly config: Pick<Config, 'connectors' | 'defaults' | 'connectorFolders'>
  /** Instances that do not stand in the configuration file itself. */
  readonly instances?: readonly DeclaredInstance[]
  readonly file: string
  readonly name: string
}

/** An instance of the configuration. Throws `BUS_CONFIG_INVALID` if there is none, or its settings do not match the kind. */
export async function configuredInstance(options: InstanceOptions): Promise<CheckedInstance> {
  const { config, name } = options
  const { valid, misconfigured } = await checkInstances({
    instances: [...instancesIn(config), ...(options.instances ?? [])],
    defaults: config.defaults,
    folders: config.connectorFolders
  })
  const wrongOne = misconfigured.find((one) => one.name === name)
  if (wrongOne) return refuseInstance(options, wrongOne.problems.join('; '))
  const instance = valid.find((one) => one.name === name)
  const names = valid.map((one) => one.name).join(', ')
  return instance ?? refuseInstance(options, `there is none; there are: ${names}`)
}

export function refuseInstance(
  { file, name }: Pick<InstanceOptions, 'file' | 'name'>,
  problems: string
): never {
  throw new BusError('BUS_CONFIG_INVALID', 'config-invalid', {
    values: { file: `${file}, connector ${name}`, problems }
  })
}
