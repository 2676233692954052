import { randomUUID } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { open, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { BusError } from '#protocol/errors/bus-error.ts'

/** What a data folder says of its move, from its first step on. */
export interface MovedMarker {
  readonly id: string
  /** Where to, for whoever reads it. */
  readonly to: string
  readonly isFinished: boolean
}

/** Beside the data, so that no bus takes it for its own again. */
const fileName = 'moved.json'

export function markerIn(folder: string): MovedMarker | undefined {
  const file = join(folder, fileName)
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as MovedMarker) : undefined
}

export function newMarker(to: string): MovedMarker {
  return { id: randomUUID(), to, isFinished: false }
}

/** Whole or not at all; resolves once it would survive a power cut. */
export async function writeMarker(folder: string, marker: MovedMarker): Promise<void> {
  const file = join(folder, fileName)
  const handle = await open(`${file}.new`, 'w', 0o600)
  await handle.writeFile(`${JSON.stringify(marker)}\n`)
  await handle.sync()
  await handle.close()
  await rename(`${file}.new`, file)
  const names = await open(folder)
  await names.sync()
  await names.close()
}

/** Refuses a folder whose data was moved, or is on its way: `BUS_CONFIG_INVALID`. */
export function refuseMoved(folder: string): void {
  const marker = markerIn(folder)
  if (marker) refuse(folder, marker)
}

function refuse(folder: string, marker: MovedMarker): never {
  throw new BusError('BUS_CONFIG_INVALID', 'data-migrated', {
    values: { folder, to: marker.to, file: join(folder, fileName) }
  })
}
