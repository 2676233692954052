import assert from 'node:assert/strict'
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { fixture } from '#connectors/document/fixtures/fixtures.ts'
import { until } from '../helpers/demo-packages.ts'
import { describeOnEngines } from '../helpers/engine-sets.ts'
import type { ReceivedSpan } from '../helpers/otlp-receiver.ts'
import { needs } from '../helpers/servers/needs.ts'
import { startOtelCollector } from '../helpers/servers/otel-collector.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'
import { startTestBus, systemOf } from '../helpers/test-bus.ts'

const hops = ['send lienthong.document', 'process lienthong.document', 'deliver lienthong.document']

describe('traces in a collector of OpenTelemetry', needs('otelcol'), () => {
  describeOnEngines('a document through two connectors', (engines) => {
    it('is one trace, each hop the child of the hop before', async (t) => {
      const collector = await startOtelCollector(t)
      const folder = temporaryFolder(t)
      const settings = await engines.settingsFor(folder)
      await (await startTestBus(t, { folder, settings })).bus.close() // Makes the keys.
      const connectors = (['A', 'B'] as const).map((letter) => ({
        name: `documents-${letter.toLowerCase()}`,
        kind: 'document',
        system: systemOf(letter),
        keyFile: join(folder, 'keys', `${letter}.jwk`),
        settings: { folder: join(folder, letter) }
      }))
      const telemetry = { otlpEndpoint: collector.endpoint }
      const bus = await startTestBus(t, { folder, settings, connectors, telemetry })
      mkdirSync(join(folder, 'A', 'in'), { recursive: true })
      writeFileSync(join(folder, 'A', 'in', 'one.edxml'), fixture('issued'))
      const out = join(folder, 'B', 'out')
      await until(() => existsSync(out) && readdirSync(out).length === 1, 'the delivery')
      const ofHop = (hop: string): readonly ReceivedSpan[] =>
        collector.spans.filter(({ name }) => name === hop)
      await until(() => hops.every((hop) => ofHop(hop).length === 1), 'the spans of all hops')
      const [first] = ofHop('send lienthong.document')
      let parent = '' // The bus began it: a package has no trace.
      for (const hop of hops) {
        const [span] = ofHop(hop)
        assert.equal(span?.traceId, first?.traceId, `${hop} is in the trace`)
        assert.equal(span?.parentSpanId, parent, `${hop} follows the hop before`)
        assert.equal(span?.status, 0)
        assert.ok((span?.endedAt ?? 0) >= (span?.startedAt ?? Number.POSITIVE_INFINITY), `${hop} has ended`)
        parent = span?.spanId ?? ''
      }

      // A reader's page is one span, with a link to the hop of each event.
      while ((await bus.clients.B.page({ waitSeconds: 10 })).events.length < 1);
      const page = () => collector.spans.find(({ name }) => name === 'GET /v1/inbox')
      await until(() => page() !== undefined, 'the span of the page')
      const [link, ...others] = page()?.links ?? []
      assert.deepEqual(others, [])
      assert.equal(link?.traceId, first?.traceId)
      await until(() => collector.spans.some(({ spanId }) => spanId === link?.spanId), 'the linked hop')
    })
  })
})
