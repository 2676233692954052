import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { BusError } from '#protocol/errors/bus-error.ts'
import type { ConnectorDefinition } from '../connector.ts'
import type { KindKit } from './define-kit.ts'

export interface LoadedKind {
  /** The folder that has the kind's folder. */
  readonly folder: string
  readonly definition: ConnectorDefinition
  readonly kit: KindKit
}

/**
 * Loads the definition of a kind and what the kit needs of it; a kind may be JavaScript. `kind:outside` names another
 * outside than the usual one: `fixtures/kit-<outside>.ts`. Throws with what is missing.
 */
export async function loadKit(folder: string, name: string): Promise<LoadedKind> {
  const [kind = '', outside] = name.split(':')
  const load = async (file: string): Promise<unknown> => {
    const paths = ['js', 'ts'].map((ending) => join(folder, kind, `${file}.${ending}`))
    const path = paths.find((one) => existsSync(one))
    if (path === undefined) {
      const problems = 'the file is missing; docs/connector-guide.md says what it is for'
      throw new BusError('BUS_CONFIG_INVALID', 'config-invalid', {
        values: { file: String(paths.at(-1)), problems }
      })
    }
    return ((await import(pathToFileURL(path).href)) as { readonly default: unknown }).default
  }
  const definition = (await load('index')) as ConnectorDefinition
  return {
    folder,
    definition,
    kit: (await load(outside === undefined ? 'fixtures/kit' : `fixtures/kit-${outside}`)) as KindKit
  }
}
