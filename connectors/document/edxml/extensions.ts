import {
  type Extension,
  isFileContent,
  maxExtensions,
  maxExtensionsLength
} from '#protocol/events/package-extensions.ts'
import { hasChildren, plainText } from './elements.ts'
import { byPath, stepsOf } from './extension-path.ts'
import { refuse } from './package-fault.ts'
import { edxmlNamespace, isNamedAsContent, pathOf, placeOf, placeOfAttribute } from './paths.ts'
import { isPackageSignature } from './signature-elements.ts'
import type { XmlAttribute } from './xml-names.ts'
import type { XmlElement } from './xml-tree.ts'

/**
 * Everything in a package that the reader has not taken, so that nothing is lost. Rejects the package for
 * what an extension cannot carry: files, text among elements, and very much text.
 */
export function extensionsIn(root: XmlElement): readonly Extension[] {
  const found: Extension[] = []
  let length = 0
  for (const extension of untaken(root)) {
    found.push(extension)
    length += extension.path.length + extension.value.length
    if (found.length > maxExtensions || length > maxExtensionsLength)
      refuse('package-extensions-many', {
        element: extension.path,
        limit: maxExtensions,
        limitOfText: maxExtensionsLength
      })
  }
  return found.sort(byPath)
}

function* untaken(element: XmlElement): Generator<Extension> {
  const { children, attributes, taken, text } = element
  if (taken === 'opened' && plainText(text, element) !== undefined) {
    const fault = hasChildren(element) ? 'package-text-mixed' : 'package-text-stray'
    refuse(fault, { element: pathOf(element) })
  }
  yield* attributesOf(
    element,
    attributes.filter(({ name }) => !isManifestVersion(element, name))
  )
  for (const child of children) {
    if (child.isEmpty || isPackageSignature(child)) continue
    if (taken === 'read') refuse('package-text-mixed', { element: pathOf(element) })
    if (child.taken === 'not') yield* unknown(child)
    else yield* untaken(child)
  }
}

function* unknown(element: XmlElement): Generator<Extension> {
  if (isFile(element)) refuse('package-attachment-misplaced', { element: pathOf(element) })
  yield* attributesOf(element, element.attributes)
  const children = element.children.filter(({ isEmpty }) => !isEmpty)
  const value = plainText(element.text, element)
  if (value !== undefined && children.length > 0) refuse('package-text-mixed', { element: pathOf(element) })
  if (value !== undefined) yield extension(element, placeOf(element), value)
  for (const child of children) yield* unknown(child)
}

function* attributesOf(element: XmlElement, attributes: readonly XmlAttribute[]): Generator<Extension> {
  for (const attribute of attributes) {
    const value = plainText(attribute.value, element)
    if (value !== undefined) yield extension(element, placeOfAttribute(element, attribute), value)
  }
}

function extension(element: XmlElement, path: string, value: string): Extension {
  return stepsOf(path) ? { path, value } : refuse('package-element-name', { element: pathOf(element) })
}

/** `<edXMLManifest version="1.0">` says which version of the manifest it is, and there is one. */
function isManifestVersion({ namespace, name, attributes }: XmlElement, attribute: string): boolean {
  const isManifest = namespace === edxmlNamespace && name === 'edXMLManifest' && attribute === 'version'
  return isManifest && attributes.some((one) => one.name === 'version' && one.value.trim() === '1.0')
}

/** The content of a file is not text for an event: whoever reads the document would not find it. */
function isFile(element: XmlElement): boolean {
  if (isNamedAsContent(element)) return true
  if (/attach/i.test(element.name) && hasChildren(element)) return true
  return isFileContent(element.text)
}
