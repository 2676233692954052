import type { RecordShape } from '../avro/payload-shape.ts'
import { BusError } from '../errors/bus-error.ts'
import type { Fault } from '../errors/faults.ts'
import type { JsonObject } from './json.ts'

/**
 * What a package has beyond the type of its event: items of the Avro record `lienthong.document.Extension`. They are
 * checked when an event is published, so that no event is accepted that cannot be written as a package.
 */
export interface Extension {
  /** The place of an element or attribute: `edXMLEnvelope/edXMLHeader/MessageHeader/To[2]/{urn:x}Note/@id`. */
  readonly path: string
  readonly value: string
}

export const maxExtensions = 500
/** In characters of all paths and values. */
export const maxExtensionsLength = 65_536

/** Name of the Avro record. */
export const extensionRecord = 'lienthong.document.Extension'

/** Compiles the check of a payload's extensions. It throws `BUS_PAYLOAD_INVALID`. */
export function extensionsCheckOf(shape: RecordShape): (data: JsonObject) => void {
  const lists = shape.fields.filter(
    ({ shape: list }) =>
      list.kind === 'array' && list.items.kind === 'record' && list.items.name === extensionRecord
  )
  return (data) => {
    for (const { name } of lists) checkExtensions((data[name] ?? []) as unknown as readonly Extension[])
  }
}

/** Throws `BUS_PAYLOAD_INVALID` naming the first item at fault. */
export function checkExtensions(extensions: readonly Extension[]): void {
  let length = 0
  for (const [index, { path, value }] of extensions.entries()) {
    length += path.length + value.length
    if (index >= maxExtensions || length > maxExtensionsLength) refuse('payload-extensions-many', index)
    if (!stepsOf(path)) refuse('payload-extension-path', index)
    if (isFileContent(value)) refuse('payload-extension-file', index)
  }
}

function refuse(fault: Fault, index: number): never {
  throw new BusError('BUS_PAYLOAD_INVALID', fault, {
    values: { path: `/extensions/${index}`, limit: maxExtensions, limitOfText: maxExtensionsLength }
  })
}

/** The length of text that may be the content of a file, if nothing else is said of it. */
const fileLength = 1024

/** Whether a text is the content of a file in base64: a file belongs among the attachments. */
export function isFileContent(text: string): boolean {
  return text.length >= fileLength && /^[A-Za-z0-9+/]+={0,2}$/.test(text.replace(/\s+/g, ''))
}

export interface ExtensionStep {
  readonly isAttribute: boolean
  /** Undefined where the path names none: then it is that of edXML, and none for an attribute. */
  readonly namespace: string | undefined
  readonly name: string
  /** From 1. */
  readonly index: number
}

const step = /(?:^|\/)(@)?(?:\{([^{}]*)\})?([^/{}[\]@]+)(?:\[(\d{1,4})\])?/y
const xmlName = /^[\p{L}_][\p{L}\p{N}\p{M}._·-]*$/u
export const xmlNamespace = 'http://www.w3.org/XML/1998/namespace'
const declarations = 'http://www.w3.org/2000/xmlns/'

/** The steps of a path; undefined for what is no place in a package. */
export function stepsOf(path: string): readonly ExtensionStep[] | undefined {
  const steps: ExtensionStep[] = []
  step.lastIndex = 0
  for (let at = 0; at < path.length; at = step.lastIndex) {
    const [found, sign, namespace, name = '', index = '1'] = step.exec(path) ?? []
    const isAttribute = sign !== undefined
    const isLast = step.lastIndex === path.length
    if (found === undefined || !xmlName.test(name) || (isAttribute && !isLast)) return undefined
    if (isAttribute && /^xmlns$/i.test(name)) return undefined
    if (namespace !== undefined && isReserved(namespace, isAttribute)) return undefined
    steps.push({ isAttribute, namespace, name, index: Number(index) })
  }
  return steps.length === 0 ? undefined : steps
}

/** Whether Namespaces in XML keeps a namespace for itself: that of `xml:` is for attributes alone. */
export function isReserved(namespace: string, isAttribute: boolean): boolean {
  return namespace === declarations || (namespace === xmlNamespace && !isAttribute)
}
