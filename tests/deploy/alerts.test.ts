import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { it } from 'node:test'
import { parse } from 'yaml'
import { createMetrics } from '#engines/telemetry/metrics.ts'
import { repository } from '../helpers/demo-bus.ts'

interface Rule {
  readonly alert: string
  readonly expr: string
  readonly for: string
  readonly annotations: Readonly<Record<'summary' | 'description', string>>
}

it('alert rules name metrics that the bus exports, with labels that they have, and cover those of connectors', () => {
  const file = join(repository, 'deploy', 'alerts', 'connectors.yaml')
  const { groups } = parse(readFileSync(file, 'utf8')) as { groups: readonly { rules: readonly Rule[] }[] }
  const rules = groups.flatMap((group) => group.rules)
  const metrics = createMetrics({ ignoredActs: () => 0 }).registry.getMetricsAsArray()
  const named = rules.flatMap(({ expr }) => expr.match(/lienthong_\w+/g) ?? [])
  const exported = metrics.map(({ name }) => name)
  assert.deepEqual(
    named.filter((name) => !exported.includes(name)),
    []
  )
  const ofConnectors = exported.filter((name) => name.startsWith('lienthong_connector_'))
  assert.deepEqual([...new Set(named)].sort(), ofConnectors.sort())
  for (const { alert, expr, annotations, for: duration } of rules) {
    const [label] = /\{(\w+)=/.exec(expr)?.slice(1) ?? []
    const metric = metrics.find(({ name }) => expr.includes(name)) as unknown as { labelNames: string[] }
    for (const one of ['instance', ...(label ? [label] : [])])
      assert.ok(metric.labelNames.includes(one), alert)
    assert.match(duration, /^\d+m$/)
    assert.match(annotations.description, /lienthong (?:connectors|deliveries|quarantine) /)
  }
})
