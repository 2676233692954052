import type { MeasureOptions } from '../measure.ts'
import type { Measured } from '../results.ts'
import { directoryRow } from './directory.ts'
import { documentRows } from './documents.ts'
import { emailRows } from './email.ts'
import { idleRows } from './idle.ts'
import { neighboursRow } from './neighbours.ts'
import { oneStopRows } from './one-stop.ts'
import { portalRows } from './portal.ts'
import { smsRows } from './sms.ts'
import { staffRows } from './staff.ts'
import { throughputRows } from './throughput.ts'

/** Measures the rows of connectors in one run. */
export async function measureConnectors(options: MeasureOptions): Promise<readonly Measured[]> {
  const measured: Measured[] = []
  for (const group of [
    ...[throughputRows, idleRows, neighboursRow, oneStopRows, portalRows, documentRows],
    emailRows,
    smsRows,
    directoryRow,
    staffRows
  ])
    measured.push(...(await group(options)))
  return measured
}
