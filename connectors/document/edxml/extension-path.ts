import { type ExtensionStep, stepsOf as parsedSteps } from '#protocol/events/package-extensions.ts'
import { edxmlNamespace } from './paths.ts'

/** A step of an extension's path, with its namespace. */
export interface Step extends ExtensionStep {
  readonly namespace: string
}

/** Undefined for what is no place in a package. */
export function stepsOf(path: string): readonly Step[] | undefined {
  return parsedSteps(path)?.map((step) => ({
    ...step,
    namespace: step.namespace ?? (step.isAttribute ? '' : edxmlNamespace)
  }))
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
