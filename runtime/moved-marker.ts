import { randomUUID } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { open, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { BusError } from '#protocol/errors/bus-error.ts'

/** Written into a data folder when its migration starts. */
export interface MovedMarker {
  readonly id: string
  /** Where the data went, for people who read the file. */
  readonly to: string
  readonly isFinished: boolean
}

/** In the data folder, so that no bus starts on the old data again. */
const fileName = 'moved.json'

export function markerIn(folder: string): MovedMarker | undefined {
  const file = join(folder, fileName)
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as MovedMarker) : undefined
}

export function newMarker(to: string): MovedMarker {
  return { id: randomUUID(), to, isFinished: false }
}

/** Writes it completely or not at all; resolves once it would survive a power cut. */
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

/** Throws `BUS_CONFIG_INVALID` if the folder's data was migrated or a migration is unfinished. */
export function refuseMoved(folder: string): void {
  const marker = markerIn(folder)
  if (marker) refuse(folder, marker)
}

function refuse(folder: string, marker: MovedMarker): never {
  throw new BusError('BUS_CONFIG_INVALID', 'data-migrated', {
    values: { folder, to: marker.to, file: join(folder, fileName) }
  })
}
