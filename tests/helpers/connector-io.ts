import type { TestContext } from 'node:test'
import type { ConnectorIo, Marks } from '#connectors/connector.ts'
import { createComputing } from '#connectors/host/compute.ts'
import { shippedSchemas } from '#runtime/shipped-schemas.ts'

const schemas = new Map(shippedSchemas().map(({ type, text }) => [type, text]))

export interface TestIo extends ConnectorIo {
  /** Stands in for the host's store. */
  readonly keep: (marks: Marks | undefined) => void
}

/** What a host lends, for a kind that is tried without one: computing and schemas are real, marks are kept in memory. */
export function connectorIo(t: TestContext, overrides: Partial<ConnectorIo> = {}): TestIo {
  const computing = createComputing()
  t.after(computing.close)
  const marks = new Map<string, string>()
  const unused = (name: string) => () => {
    throw new TypeError(`${name} is not lent in this test`)
  }
  return {
    agency: '000.00.91.H03',
    instance: 'tried',
    signal: AbortSignal.timeout(30_000),
    log: { info() {}, warn() {} },
    fetch,
    attach: unused('attach'),
    attachment: unused('attachment'),
    published: unused('published'),
    given: unused('given'),
    mark: async (key) => marks.get(key),
    wake() {},
    unacknowledged: unused('unacknowledged'),
    waiting: unused('waiting'),
    collected: unused('collected'),
    compute: computing.computeFor('000.00.91.H03'),
    eventSchema: (type) => schemas.get(type),
    now: Date.now,
    keep(given = {}) {
      for (const [key, value] of Object.entries(given)) {
        if (value === null) marks.delete(key)
        else marks.set(key, value)
      }
    },
    ...overrides
  }
}
