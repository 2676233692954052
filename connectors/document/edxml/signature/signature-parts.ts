import type { XmlDocument, XmlElement } from 'libxml2-wasm'
import { refuse } from '../xml-tree.ts'
import { canonicalizations, digests, enveloped, isNonsense, methods } from './algorithms.ts'
import { type Canonical, defaultCanonical, elementsAt } from './canonical.ts'

/** A reference of a signature to what it signs. */
export interface SignedReference {
  /** The whole document, a part of the signature itself, or a part of the document. */
  readonly target: 'document' | 'part' | XmlElement
  readonly canonical: Canonical
  readonly digestMethod: string
  readonly digest: Buffer
}

export interface SignatureParts {
  readonly signedInfo: XmlElement
  readonly canonical: Canonical
  readonly method: string
  readonly value: Buffer
  readonly references: readonly SignedReference[]
  /** Whether every algorithm is known here, and the whole document is signed. */
  readonly isSupported: boolean
}

/**
 * Takes a signature apart. Rejects every form but one, so that unsigned content cannot be added around what
 * was signed: one SignedInfo, one reference to the whole document, and beside it only references to parts of
 * the signature, as XAdES has them; no comment inside.
 */
export function partsOf(document: XmlDocument, signature: XmlElement): SignatureParts {
  if (elementsAt(signature, './/comment()').length > 0) odd()
  const signedInfo = single(signature, 'ds:SignedInfo')
  if (elementsAt(signature, './/ds:SignedInfo').length > 1) odd()
  const method = algorithmOf(single(signedInfo, 'ds:SignatureMethod'))
  const canonical = canonicalOf(single(signedInfo, 'ds:CanonicalizationMethod'))
  const elements = elementsAt(signedInfo, 'ds:Reference')
  const references = elements.map((element) => referenceOf(document, signature, element))
  const whole = references.filter(({ target }) => target === 'document').length
  const parts = references.filter(({ target }) => target === 'part').length
  if (whole > 1 || whole + parts === 0) odd()
  const algorithms = elementsAt(signedInfo, './/@Algorithm').map(({ content }) => content)
  if (algorithms.some(isNonsense)) odd()
  return {
    signedInfo,
    canonical,
    method,
    value: Buffer.from(single(signature, 'ds:SignatureValue').content, 'base64'),
    references,
    isSupported:
      parts === 0 &&
      methods.has(method) &&
      canonicalizations.has(canonical.algorithm) &&
      references.every(({ digestMethod }) => digests.has(digestMethod)) &&
      elementsAt(signedInfo, './/ds:Transform').every((one) => isKnownTransform(algorithmOf(one)))
  }
}

function isKnownTransform(algorithm: string): boolean {
  return algorithm === enveloped || canonicalizations.has(algorithm)
}

function referenceOf(document: XmlDocument, signature: XmlElement, reference: XmlElement): SignedReference {
  const uri = reference.attr('URI')?.value ?? odd()
  const transforms = elementsAt(reference, 'ds:Transforms/ds:Transform')
  const forms = transforms.filter((one) => algorithmOf(one) !== enveloped)
  const target = targetOf(document, signature, uri)
  if (forms.length > 1 && forms.every((one) => isKnownTransform(algorithmOf(one)))) odd()
  if (target === 'document' && forms.length === transforms.length && forms.every(isCanonical)) odd()
  const [form] = forms
  return {
    target,
    canonical: form ? canonicalOf(form) : defaultCanonical,
    digestMethod: algorithmOf(single(reference, 'ds:DigestMethod')),
    digest: Buffer.from(single(reference, 'ds:DigestValue').content, 'base64')
  }
}

function isCanonical(transform: XmlElement): boolean {
  return canonicalizations.has(algorithmOf(transform))
}

function targetOf(document: XmlDocument, signature: XmlElement, uri: string): SignedReference['target'] {
  if (uri === '') return 'document'
  if (!uri.startsWith('#')) return odd()
  const owners = elementsAt(document, '//*[@Id or @ID or @id]').filter((element) =>
    ['Id', 'ID', 'id'].some((name) => element.attr(name)?.value === uri.slice(1))
  )
  const [target, another] = owners
  if (!target || another) return odd()
  if (target.isSameNode(document.root)) return 'document'
  return isInside(target, signature) ? target : 'part'
}

function isInside(element: XmlElement, ancestor: XmlElement): boolean {
  for (let at: XmlElement | null = element.parent; at; at = at.parent) {
    if (at.isSameNode(ancestor)) return true
  }
  return false
}

function canonicalOf(element: XmlElement): Canonical {
  const prefixes = elementsAt(element, 'ec:InclusiveNamespaces').flatMap(
    (one) => one.attr('PrefixList')?.value.split(/\s+/).filter(Boolean) ?? []
  )
  return { algorithm: algorithmOf(element), prefixes }
}

function algorithmOf(element: XmlElement): string {
  return element.attr('Algorithm')?.value ?? odd()
}

function single(parent: XmlElement, xpath: string): XmlElement {
  const [found, another] = elementsAt(parent, xpath)
  return found && !another ? found : odd()
}

export function odd(): never {
  return refuse('package-signature-odd')
}
