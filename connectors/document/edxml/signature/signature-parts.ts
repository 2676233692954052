import type { XmlDocument, XmlElement } from 'libxml2-wasm'
import { refuse } from '../package-fault.ts'
import { signatureNamespace } from '../signature-elements.ts'
import {
  canonicalizations,
  digests,
  enveloped,
  isNonsense,
  methods,
  type SignatureMethod
} from './algorithms.ts'
import { type Canonical, defaultCanonical, elementsAt } from './canonical.ts'

/** What a signature says of a thing that it signs. */
export interface SignedDigest {
  readonly canonical: Canonical
  /** Node's name of the hash. */
  readonly hash: string
  readonly digest: Buffer
}

export interface SignatureParts {
  readonly signedInfo: XmlElement
  readonly canonical: Canonical
  readonly method: SignatureMethod
  readonly value: Buffer
  /** Of the document. */
  readonly whole: SignedDigest
  /** Of parts of the signature itself. */
  readonly inner: readonly (SignedDigest & { readonly element: XmlElement })[]
}

/**
 * Takes a signature apart. Rejects every form but one, so that unsigned content cannot be added around what
 * was signed: one SignedInfo, one reference to the whole document, and beside it only references to parts of
 * the signature, as XAdES has them; no comment inside. Undefined if an algorithm is not known here, or
 * something else is signed than the whole document.
 */
export function partsOf(document: XmlDocument, signature: XmlElement): SignatureParts | undefined {
  if (elementsAt(signature, './/comment()').length > 0) odd()
  const signedInfo = single(signature, 'ds:SignedInfo')
  if (elementsAt(signature, './/ds:SignedInfo').length > 1) odd()
  const algorithms = elementsAt(signedInfo, './/@Algorithm').map(({ content }) => content)
  if (algorithms.some(isNonsense)) odd()
  const method = methods.get(algorithmOf(single(signedInfo, 'ds:SignatureMethod')))
  const canonical = canonicalOf(single(signedInfo, 'ds:CanonicalizationMethod'))
  const value = Buffer.from(single(signature, 'ds:SignatureValue').content, 'base64')
  const references = elementsAt(signedInfo, 'ds:Reference').map((element) => {
    const target = targetOf(document, signature, element)
    return { target, signed: signedDigestOf(element, target) }
  })
  checkTargets(references.map(({ target }) => target))
  const whole = references.find(({ target }) => target === 'document')?.signed
  const inner = references.flatMap(({ target, signed }) =>
    typeof target === 'object' && signed ? [{ element: target, ...signed }] : []
  )
  if (!method || !canonical || !whole || inner.length + 1 < references.length) return undefined
  return { signedInfo, canonical, method, value, whole, inner }
}

/** The whole document, something else that is not resolved here, or a part of the signature itself. */
type Target = 'document' | 'part' | XmlElement

/** Rejects two references to the document, and a signature that signs nothing but itself. */
function checkTargets(targets: readonly Target[]): void {
  if (targets.filter((target) => target === 'document').length > 1) odd()
  if (!targets.some((target) => typeof target === 'string' || isManifest(target))) odd()
}

/** A list of things that are signed; only the list itself is checked with the signature. */
function isManifest({ name, namespaceUri }: XmlElement): boolean {
  return name === 'Manifest' && namespaceUri === signatureNamespace
}

/** Undefined if it has an algorithm that is not known here. */
function signedDigestOf(reference: XmlElement, target: Target): SignedDigest | undefined {
  const transforms = elementsAt(reference, 'ds:Transforms/ds:Transform')
  const forms = transforms.filter((one) => algorithmOf(one) !== enveloped)
  const isKnown = forms.every((one) => canonicalizations.has(algorithmOf(one)))
  if (forms.length > 1 && isKnown) odd()
  if (target === 'document' && forms.length === transforms.length && isKnown) odd()
  const [form] = forms
  const canonical = form ? canonicalOf(form) : defaultCanonical
  const hash = digests.get(algorithmOf(single(reference, 'ds:DigestMethod')))
  const digest = Buffer.from(single(reference, 'ds:DigestValue').content, 'base64')
  return isKnown && canonical && hash !== undefined ? { canonical, hash, digest } : undefined
}

/**
 * What a reference names. Without an address, with one outside the package, with an XPointer or with an
 * identifier of a kind that is not known here it may be lawful, and is not resolved.
 */
function targetOf(document: XmlDocument, signature: XmlElement, reference: XmlElement): Target {
  const uri = reference.attr('URI')?.value
  if (uri === '') return 'document'
  if (uri === undefined || !uri.startsWith('#') || uri.startsWith('#xpointer(')) return 'part'
  const id = uri.slice(1)
  const owners = elementsAt(document, '//*[@*]').filter(({ attrs }) =>
    attrs.some(({ name, value }) => /id$/i.test(name) && value === id)
  )
  const [target, another] = owners.filter((element) =>
    ['Id', 'ID', 'id'].some((name) => element.attr(name)?.value === id)
  )
  if (owners.length === 0 || another) return odd()
  if (!target) return 'part'
  if (target.isSameNode(document.root)) return 'document'
  return isInside(target, signature) ? target : 'part'
}

function isInside(element: XmlElement, ancestor: XmlElement): boolean {
  for (let at: XmlElement | null = element.parent; at; at = at.parent) {
    if (at.isSameNode(ancestor)) return true
  }
  return false
}

/** Undefined if its algorithm is not known here. */
function canonicalOf(element: XmlElement): Canonical | undefined {
  const mode = canonicalizations.get(algorithmOf(element))
  const prefixes = elementsAt(element, 'ec:InclusiveNamespaces').flatMap(
    (one) => one.attr('PrefixList')?.value.split(/\s+/).filter(Boolean) ?? []
  )
  return mode === undefined ? undefined : { mode, prefixes }
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
