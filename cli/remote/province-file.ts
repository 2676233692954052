import { readFile } from 'node:fs/promises'
import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
  visit
} from 'yaml'
import { faultsInFile } from './file-faults.ts'
import type { FaultInFile, Path } from './province-fault.ts'

/** A province file as it was read. */
export interface ProvinceFile {
  readonly file: string
  /** What it says; a `Province` only if there are no faults. */
  readonly value: unknown
  /** What is wrong with it, whatever the state of the bus is. */
  readonly faults: readonly LocatedFault[]
  /** The line of a setting, or of the last part of its path that is there. */
  readonly lineOf: (path: Path) => number
}

export type LocatedFault = Omit<FaultInFile, 'path' | 'first'> & {
  readonly line: number
  /** Line of the earlier place. */
  readonly first?: number
}

/** Reads a province file, with all its faults. */
export async function readProvince(file: string): Promise<ProvinceFile> {
  const counter = new LineCounter()
  // What the parser says of a fault may quote the file, which may have a private key: only the code is shown.
  const document = parseDocument(await readFile(file, 'utf8'), {
    prettyErrors: false,
    lineCounter: counter,
    logLevel: 'error'
  })
  const lineAt = (offset: number): number => counter.linePos(offset).line
  const lineOf = (path: Path): number => lineAt(offsetOf(document, path))
  const broken = document.errors.map(({ code, pos: [offset] }) => ({
    fault: 'yaml' as const,
    line: lineAt(offset),
    values: { code }
  }))
  if (broken.length > 0) return { file, value: undefined, faults: broken, lineOf }
  const unresolved: number[] = []
  visit(document, {
    Alias(_key, node) {
      if (node.resolve(document) === undefined) unresolved.push(beginOf(node) ?? 0)
    }
  })
  const [alias] = unresolved
  if (alias !== undefined) {
    const fault = { fault: 'yaml' as const, line: lineAt(alias), values: { code: 'BAD_ALIAS' } }
    return { file, value: undefined, faults: [fault], lineOf }
  }
  const value = contentOf(document)
  if (value === tooManyAliases) {
    return { file, value, lineOf, faults: [{ fault: 'yaml', line: 1, values: { code: 'TOO_MANY_ALIASES' } }] }
  }
  return { file, value, faults: located(faultsInFile(value), lineOf), lineOf }
}

/** Faults with the lines that they are on, in the order of the lines. */
export function located(
  faults: readonly FaultInFile[],
  lineOf: ProvinceFile['lineOf']
): readonly LocatedFault[] {
  return faults
    .map(({ path, first, ...fault }) => ({
      ...fault,
      line: lineOf(path),
      ...(first === undefined ? {} : { first: lineOf(first) })
    }))
    .sort((a, b) => a.line - b.line)
}

const tooManyAliases = Symbol()

function contentOf(document: Document): unknown {
  try {
    return document.toJS() as unknown
  } catch (error) {
    if (error instanceof ReferenceError) return tooManyAliases
    throw error
  }
}

/** Where the deepest part of a path begins that is in the document: a setting's name, an item of a list, or an alias. */
function offsetOf(document: Document, path: Path): number {
  let node: unknown = document.contents
  let begin = beginOf(node)
  let isInAlias = false
  for (const step of path) {
    if (isAlias(node)) {
      isInAlias = true
      node = node.resolve(document)
    }
    const [place, next] = partOf(node, step)
    if (!isInAlias) begin = beginOf(place) ?? begin
    node = next
  }
  return begin ?? 0
}

/** What names a part of a node, and the part. */
function partOf(node: unknown, step: string | number): readonly [unknown, unknown] {
  if (isMap(node)) {
    const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === String(step))
    return [pair?.key, pair?.value]
  }
  const item = isSeq(node) ? node.items[Number(step)] : undefined
  return [item, item]
}

function beginOf(node: unknown): number | undefined {
  return (node as Partial<Node> | null | undefined)?.range?.[0]
}
