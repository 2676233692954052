import { readdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { CheckInstancesOptions, DeclaredInstance } from '#connectors/host/check-instances.ts'
import { BusError } from '#protocol/errors/bus-error.ts'
import type { Config } from './config.ts'
import { type LoadConfigOptions, readYaml } from './load-config.ts'

const folderName = 'connectors.d'

/** All that is configured of instances: in the configuration, and in the files beside it. */
export async function declaredInstances(
  config: Pick<Config, 'connectors' | 'defaults' | 'connectorFolders'>,
  beside: LoadConfigOptions
): Promise<CheckInstancesOptions> {
  return {
    instances: [...instancesIn(config), ...(await instancesBeside(beside))],
    defaults: config.defaults,
    folders: config.connectorFolders
  }
}

/** The instances of the configuration itself. */
export function instancesIn({ connectors }: Pick<Config, 'connectors'>): readonly DeclaredInstance[] {
  return connectors.map((value, index) => ({ place: `/connectors/${index}`, value }))
}

/**
 * The instances in the files of `connectors.d` beside the configuration file: one in a file, or a list. Rejects with
 * `BUS_CONFIG_INVALID` if the folder cannot be listed: its instances are not known, and must not be taken for removed.
 */
export async function instancesBeside({
  file,
  environment
}: LoadConfigOptions): Promise<readonly DeclaredInstance[]> {
  if (file === undefined) return []
  const folder = join(dirname(file), folderName)
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [] // Usually there is none.
    const values = { file: folderName, problems: error.code ?? error.message }
    throw new BusError('BUS_CONFIG_INVALID', 'config-invalid', { cause: error, values })
  })
  const files = names.filter((name) => /\.ya?ml$/.test(name)).sort()
  const read = await Promise.all(
    files.map(async (name): Promise<readonly DeclaredInstance[]> => {
      const place = `${folderName}/${name}`
      try {
        const content = await readYaml(join(folder, name), environment)
        if (!Array.isArray(content)) return [{ place, value: content }]
        return content.map((value: unknown, index) => ({ place: `${place}/${index}`, value }))
      } catch (error) {
        const reason = error instanceof BusError ? error.message : (error as NodeJS.ErrnoException).code
        return [{ place: `${place} cannot be read (${reason})`, value: undefined }]
      }
    })
  )
  return read.flat()
}

/** The key files that instances name, whether or not their settings are right. */
export function keyFilesIn(config: Pick<Config, 'connectors'>): readonly string[] {
  return config.connectors.flatMap((value) => {
    const { keyFile, keyFiles } = (value ?? {}) as { readonly keyFile?: unknown; readonly keyFiles?: unknown }
    return [keyFile, ...(Array.isArray(keyFiles) ? keyFiles : [])].filter((file) => typeof file === 'string')
  })
}
