import type { Extension } from '#protocol/events/package-extensions.ts'
import type { DocumentIssuedV1 } from '#schemas/generated/document.ts'
import type { OutboundEvent } from '../../connector.ts'

type Addressed = Pick<DocumentIssuedV1, 'to' | 'toPlaces'> & { readonly extensions?: readonly Extension[] }

/**
 * A document with one agency as its recipient, for an outside that gives a package to everybody in `To`. The other
 * recipients are named in `ToPlaces`.
 */
export function forOneRecipient(outbound: OutboundEvent, agency: string): OutboundEvent {
  const { event } = outbound
  if (event.type === 'document.status-changed.v1') return outbound
  const { to, toPlaces = [], extensions = [] } = event.data as unknown as Addressed
  const index = to.findIndex(({ organId }) => organId === agency)
  const others = to.filter(({ organId }) => organId !== agency).map(({ organName }) => organName)
  const changed: Addressed = {
    to: [to[index] ?? { organId: agency, organName: agency }],
    toPlaces: [...new Set([...toPlaces, ...others])],
    extensions: extensions.flatMap((one) => extensionOf(one, index + 1) ?? [])
  }
  return { ...outbound, event: { ...event, data: { ...event.data, ...(changed as object) } } }
}

const recipientStep = /^(edXMLEnvelope\/edXMLHeader\/MessageHeader\/To)(?:\[(\d+)\])?(?=\/)/

/** An extension at its place in a package with the recipient of this number, from 1; undefined for one of another. */
function extensionOf({ path, value }: Extension, number: number): Extension | undefined {
  const [found, to = '', index = '1'] = recipientStep.exec(path) ?? []
  if (found === undefined) return { path, value }
  return Number(index) === number ? { path: to + path.slice(found.length), value } : undefined
}
