import { openSqliteStore } from '#engines/store/sqlite/sqlite-store.ts'
import { keyFiles, keyIn, readKey } from '#runtime/keyring.ts'
import { tablesOfAllParts } from '#runtime/tables.ts'
import { keyFileOf, systemOf } from '#tests/faults/province.ts'
import { type ActBody, createActFiller } from '#tests/start/fill-acts.ts'

export interface ProvinceSize {
  readonly agencies: number
  readonly agreements: number
  readonly systems: number
}

export const documentType = 'document.issued.v1'
export const dossierType = 'dossier.status-changed.v1'
/** Nobody in the province publishes this type. */
export const unusedType = 'document.replaced.v1'
/** The provider of half of all agreements, one for each consumer. */
export const providerCode = 'A0'
/** Acts that a bus is given before a start. */
const atOnce = 8000
/** Signed by `providerCode` and the agency whose inbox has what was sent under it. */
export const dossierAgreement = '/agreements/a-3'

/**
 * Writes the acts of a province into the folder of a bus that does not run, and yields their number now and then: the
 * bus is to be started and stopped, since at a start it writes so many acts to its log at most.
 */
export async function* writeProvince(folder: string, size: ProvinceSize): AsyncGenerator<number> {
  const fill = createActFiller((await readKey(keyFiles(folder).operator)).signingKey)
  const bodies = await plannedActs(folder, size)
  for (let from = 0; from < bodies.length; from += atOnce) {
    const store = openSqliteStore({ folder, parts: tablesOfAllParts, onFatal: () => process.exit(70) })
    const last = await fill(store, bodies.slice(from, from + atOnce))
    await store.close()
    yield last
  }
}

async function plannedActs(
  folder: string,
  { agencies, agreements, systems }: ProvinceSize
): Promise<readonly ActBody[]> {
  const bodies: ActBody[] = []
  for (let index = 0; index < agencies; index += 1)
    bodies.push({ act: 'agency.added', resource: `/agencies/A${index}`, name: `Cơ quan mẫu ${index}` })
  for (let index = 0; index < systems; index += 1) {
    const resource = systemOf(`A${index}`)
    const { publicJwk } = await keyIn(keyFileOf(folder, `A${index}`), 'k1')
    const rights = [documentType, 'document.recalled.v1'].map((type) => ({ type, recipients: '*' }))
    bodies.push(
      { act: 'system.added', resource },
      { act: 'key.added', resource, key: publicJwk },
      ...[...rights, { type: dossierType, recipients: 'agreements' }].map((right) => ({
        ...{ act: 'right.granted', resource },
        ...right
      }))
    )
  }
  const terms = { types: [dossierType], purpose: 'Đo tải', legalBasis: 'Không có' }
  for (let index = 0; index < agreements; index += 1) {
    const isOfProvider = index < agreements / 2
    const provider = isOfProvider ? providerCode : `A${1 + (index % (systems - 1))}`
    const parties = { provider, consumer: `A${index % agencies}` }
    const resource = `/agreements/a-${index}`
    bodies.push(
      { act: 'agreement.drafted', resource, ...parties, ...terms },
      { act: 'agreement.signed', resource }
    )
  }
  return bodies
}
