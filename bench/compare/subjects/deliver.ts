import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openBareDeliveries } from '../baselines/bare-deliveries.ts'
import { measureLanes } from '../lanes.ts'
import { createEventMaker } from '../made-events.ts'

/** `deliver.ts URL COUNT`: delivers events to an outside without the bus, 64 at the same time. */
const [, , url = '', count = '0'] = process.argv
const inFlight = 64
const folder = mkdtempSync(join(tmpdir(), 'lienthong-bench-'))

try {
  const makeEvent = createEventMaker({ system: '/agencies/bench/systems/bare', recipients: [] })
  const { deliver, close } = openBareDeliveries(folder, url)
  const sample = await measureLanes(Array.from({ length: Number(count) }, makeEvent), inFlight, deliver)
  await close()
  process.stdout.write(JSON.stringify(sample))
} finally {
  rmSync(folder, { recursive: true, force: true })
}
