import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createHttpClient } from '#connectors/shared-formats/http/http-client.ts'
import { openBareDeliveries } from '../baselines/bare-deliveries.ts'
import { measureLanes } from '../lanes.ts'
import { createEventMaker, type MadeEvent } from '../made-events.ts'

/** `deliver.ts URL COUNT`: delivers events to an outside without the bus, 64 at the same time. */
const [, , url = '', count = '0'] = process.argv
const inFlight = 64
const limits = { timeoutMs: 30_000, maxBytes: 65_536, connections: 64, allowPlain: true, allowPrivate: true }
const folder = mkdtempSync(join(tmpdir(), 'lienthong-bench-'))

try {
  const makeEvent = createEventMaker({ system: '/agencies/bench/systems/bare', recipients: [] })
  const client = createHttpClient(limits)
  const headers = { 'content-type': 'application/json' }
  const { signal } = new AbortController()
  const deliver = openBareDeliveries(folder, ({ text }: MadeEvent) =>
    client.send({ method: 'POST', url, headers, body: text }, signal)
  )
  const sample = await measureLanes(Array.from({ length: Number(count) }, makeEvent), inFlight, deliver)
  await client.close()
  process.stdout.write(JSON.stringify(sample))
} finally {
  rmSync(folder, { recursive: true, force: true })
}
