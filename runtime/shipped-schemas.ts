import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const folder = join(import.meta.dirname, '..', 'schemas')

/** A schema that belongs to this release. */
export interface ShippedSchema {
  /** `document.issued.v1` for `document/issued.v1.avsc`. */
  readonly type: string
  readonly text: string
}

/** All schemas of this release, in the order of their types. */
export function shippedSchemas(): readonly ShippedSchema[] {
  return globSync('*/*.avsc', { cwd: folder })
    .map((file) => ({
      type: file.replace('/', '.').replace(/\.avsc$/, ''),
      text: readFileSync(join(folder, file), 'utf8')
    }))
    .sort((a, b) => (a.type < b.type ? -1 : 1))
}
