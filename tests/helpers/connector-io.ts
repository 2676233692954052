import type { TestContext } from 'node:test'
import { createComputing } from '#bus/fair-use/computing.ts'
import { type LentIo, lendIo } from '#connectors/kit/lent-io.ts'
import { shippedSchemas } from '#runtime/shipped-schemas.ts'

const schemas = new Map(shippedSchemas().map(({ type, text }) => [type, text]))

/** What the kit lends, with computing within the host's limits and the schemas of this release. */
export function connectorIo(t: TestContext): LentIo {
  const computing = createComputing()
  t.after(computing.close)
  return lendIo({
    compute: computing.computeFor('000.00.91.H03'),
    signal: t.signal, // On a busy machine nothing may be given up for its age.
    eventSchema: (type) => schemas.get(type)
  })
}
