import { isFileName } from '#protocol/events/file-name.ts'
import type { Extension } from '#protocol/events/package-extensions.ts'
import { byPath, type Step, stepsOf } from './extension-path.ts'
import { escapeAttribute, type WrittenElement } from './xml-writing.ts'

/**
 * Puts extensions into a package at their places. What the package has there already stays; only a text that
 * repeats another is replaced. A place that no package can have is passed over.
 */
export function addExtensions(root: WrittenElement, extensions: readonly Extension[]): void {
  for (const { path, value } of extensions.toSorted(byPath)) {
    const steps = stepsOf(path)
    const last = steps?.at(-1)
    if (!steps || !last) continue
    const owner = (last.isAttribute ? steps.slice(0, -1) : steps).reduce(childAt, root)
    if (last.isAttribute) setAttribute(owner, last, value)
    else if (owner.isCopy ? isFit(owner.name, value) : isBlank(owner)) owner.text = value
  }
}

/** The child that a step names; a new one at the end if there are fewer. */
function childAt(parent: WrittenElement, { namespace, name, index }: Step): WrittenElement {
  const alike = parent.children.filter((child) => child.namespace === namespace && child.name === name)
  const known = alike[index - 1]
  if (known) return known
  const tag = `${name} xmlns="${escapeAttribute(namespace)}"`
  const child: WrittenElement = { namespace, name, tag, attributes: [], children: [] }
  parent.children.push(child)
  return child
}

function setAttribute({ attributes }: WrittenElement, { namespace, name }: Step, value: string): void {
  const at = attributes.findIndex((one) => one.namespace === namespace && one.name === name)
  attributes.splice(at < 0 ? attributes.length : at, 1, { namespace, name, value })
}

function isBlank({ text, children, file }: WrittenElement): boolean {
  return text === undefined && file === undefined && children.length === 0
}

/** A name that is not one of a file must not reach software that may write under it. */
function isFit(name: string, value: string): boolean {
  return name !== 'AttachmentName' || isFileName(value)
}
