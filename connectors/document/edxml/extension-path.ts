import { edxmlNamespace } from './paths.ts'

/** Paths of extensions: `edXMLEnvelope/edXMLHeader/MessageHeader/To[2]/{urn:x}Note/@id`. */

const step = /(?:^|\/)(@)?(?:\{([^{}]*)\})?([^/{}[\]@]+)(?:\[(\d{1,4})\])?/y
const xmlName = /^[\p{L}_][\p{L}\p{N}\p{M}._·-]*$/u

export interface Step {
  readonly isAttribute: boolean
  readonly namespace: string
  readonly name: string
  /** From 1. */
  readonly index: number
}

/** Undefined for what is no place in a package. */
export function stepsOf(path: string): readonly Step[] | undefined {
  const steps: Step[] = []
  step.lastIndex = 0
  for (let at = 0; at < path.length; at = step.lastIndex) {
    const [found, sign, namespace, name = '', index = '1'] = step.exec(path) ?? []
    const isAttribute = sign !== undefined
    const isLast = step.lastIndex === path.length
    if (found === undefined || !xmlName.test(name) || (isAttribute && !isLast)) return undefined
    if (isAttribute && /^xmlns$/i.test(name)) return undefined
    steps.push({
      isAttribute,
      namespace: namespace ?? (isAttribute ? '' : edxmlNamespace),
      name,
      index: Number(index)
    })
  }
  return steps
}

/** An order that does not depend on the package's: by steps, with `A` and `A[2]` before `A[10]`. */
export function byPath(a: { readonly path: string }, b: { readonly path: string }): number {
  const [left, right] = [keyOf(a.path), keyOf(b.path)]
  if (left === right) return 0
  return left < right ? -1 : 1
}

function keyOf(path: string): string {
  const steps = stepsOf(path) ?? []
  return steps
    .map(({ isAttribute, namespace, name, index }) =>
      [isAttribute ? '' : '\u0001', name, namespace, String(index).padStart(4, '0')].join('\u0001')
    )
    .join('\u0000')
}
