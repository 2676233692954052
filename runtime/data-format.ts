import { readNote, writeNote } from '#engines/store/meta.ts'
import type { Store } from '#engines/store/store.ts'
import { BusError } from '#protocol/errors/bus-error.ts'
import { version } from './version.ts'

/**
 * The form of what the bus keeps. It is raised by a release whose data an older one would misread; tables and
 * columns that are only added leave it, so that a bus can go back to an older release.
 */
export const dataFormat = 1

/** What a store says of its form: `release` is the first that wrote it. */
export interface FormatNote {
  readonly format: number
  readonly release: string
}

export const formatName = 'format'

/** Throws `BUS_CONFIG_INVALID`, and writes nothing, if a newer release has changed the form of a store. */
export async function refuseNewerFormat(store: Store): Promise<void> {
  const noted = await store.transaction(
    (transaction) => readNote<FormatNote>(transaction, formatName),
    starts
  )
  if (noted) refuseNewerNote(noted)
}

/** The same, of what a store or its copy says. */
export function refuseNewerNote(noted: FormatNote): void {
  if (noted.format <= dataFormat) return
  throw new BusError('BUS_CONFIG_INVALID', 'data-of-newer-release', {
    values: { release: noted.release, format: noted.format, own: version, known: dataFormat }
  })
}

/** Notes this release's form in a store that is new or of an older form. */
export async function noteFormat(store: Store): Promise<void> {
  await store.transaction(async (transaction) => {
    const noted = await readNote<FormatNote>(transaction, formatName)
    if (noted && noted.format >= dataFormat) return
    await writeNote(transaction, formatName, { format: dataFormat, release: version })
  }, starts)
}

/** The bus starts on a full disk too. */
const starts = { usesReserve: true } as const
