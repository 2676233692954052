import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { repository } from '../../helpers/demo-bus.ts'

/** The folder of what browsers get. */
export const web = join(repository, 'gateway', 'console', 'web')

/** A module of the console that needs no page. */
export async function importWeb<Module>(path: string): Promise<Module> {
  return import(pathToFileURL(join(web, path)).href)
}
