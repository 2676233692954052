import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { stringify } from 'yaml'
import { freePort } from '#deploy/servers/free-port.ts'
import { listens } from '#deploy/servers/ports.ts'
import { type ServerProcess, serverFolder, startServerProcess } from '#deploy/servers/server-process.ts'
import { type OtlpReceiver, startOtlpReceiver } from '../otlp-receiver.ts'
import { otelcolProgram } from './installed.ts'
import { mustBeInstalled } from './needs.ts'

/**
 * The collector of OpenTelemetry. `endpoint` is its own; it reads every span strictly and hands it on to a
 * receiver, which has what the collector understood.
 */
export async function startOtelCollector(t: Pick<TestContext, 'after'>): Promise<OtlpReceiver> {
  mustBeInstalled('otelcol')
  const behind = await startOtlpReceiver(t)
  let running: ServerProcess | undefined
  const folder = serverFolder(t, async () => running?.kill())
  const port = await freePort()
  const pipeline = { receivers: ['otlp'], exporters: ['otlp_http'] }
  writeFileSync(
    join(folder, 'collector.yaml'),
    stringify({
      receivers: { otlp: { protocols: { http: { endpoint: `127.0.0.1:${port}` } } } },
      exporters: { otlp_http: { endpoint: behind.endpoint, compression: 'none' } },
      service: { telemetry: { metrics: { level: 'none' } }, pipelines: { traces: pipeline } }
    })
  )
  running = await startServerProcess({
    command: [otelcolProgram, '--config', join(folder, 'collector.yaml')],
    ...{ folder, log: join(folder, 'collector.log'), isReady: () => listens(port) }
  })
  return { ...behind, endpoint: `http://127.0.0.1:${port}` }
}
