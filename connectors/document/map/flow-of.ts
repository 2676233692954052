import type { BusEvent } from '#protocol/events/event.ts'
import type { JsonObject } from '#protocol/events/json.ts'
import type { ConnectorIo } from '../../connector.ts'
import { dossierTypes, isDossierCode } from '../../shared-formats/dossiers/dossier-code.ts'
import { businessTypes } from '../edxml/codes.ts'
import type { EdxmlPackage } from '../edxml/edxml-package.ts'

type Events = Pick<ConnectorIo, 'given' | 'published'>

const newDocument = 'document.issued.v1'
const documentTypes = Object.values(businessTypes)

/**
 * The flow of a package: that of the document it is about or replies to, if the agency was given or published that
 * one; otherwise that of the only dossier that `ReferenceCodes` names. Undefined: its own.
 */
export async function flowOf(
  { type, subject, data }: Pick<EdxmlPackage, 'type' | 'subject' | 'data'>,
  io: Events
): Promise<string | undefined> {
  for (const document of [...(type === newDocument ? [] : [subject]), ...repliedTo(data)]) {
    const flow = flowIn(await newestAbout(document, documentTypes, io))
    if (flow !== undefined) return flow === subject ? undefined : flow
  }
  const [dossier, ...others] = dossiersIn(data)
  if (dossier === undefined || others.length > 0) return undefined
  return flowIn(await newestAbout(dossier, dossierTypes, io)) ?? dossier
}

function flowIn(event: BusEvent | undefined): string | undefined {
  return event?.correlationid ?? event?.subject
}

/** Documents that are looked for: a package may name thousands, and a letter replies to a few. */
const maxRepliedTo = 20

/** A status has one, other packages a list. */
function repliedTo({ responseFor = [] }: JsonObject): readonly string[] {
  const all = [responseFor].flat().map((one) => String((one as JsonObject).documentId))
  return [...new Set(all)].slice(0, maxRepliedTo)
}

function dossiersIn({ referenceCodes = [] }: JsonObject): readonly string[] {
  const codes = (referenceCodes as readonly string[]).map((code) => code.trim())
  return [...new Set(codes.filter((code) => isDossierCode(code)))]
}

async function newestAbout(
  subject: string,
  types: readonly string[],
  { given, published }: Events
): Promise<BusEvent | undefined> {
  let newest = (await given(subject, types)).at(-1)
  for await (const event of published(subject, types)) {
    if (newest === undefined || event.time >= newest.time) newest = event
  }
  return newest
}
