import { attachmentRecord, type RecordShape, type Shape } from '../avro/payload-shape.ts'
import type { Json, JsonObject } from './json.ts'

/** An attachment as an event lists it: the Avro record `lienthong.Attachment`. */
export interface Attachment {
  readonly name: string
  readonly mediaType: string
  /** In bytes. */
  readonly size: number
  /** 64 lower-case hex digits. */
  readonly sha256: string
}

/** Compiles a function that finds every attachment that a payload lists, wherever its schema allows one. */
export function attachmentsOf(shape: RecordShape): (data: JsonObject) => readonly Attachment[] {
  const find = finderOf(shape)
  return (data) => {
    const found: Attachment[] = []
    find?.(data, found)
    return found
  }
}

type Finder = (value: Json, found: Attachment[]) => void

/** Visits only what the schema allows to contain attachments; undefined if nothing does. */
function finderOf(shape: Shape): Finder | undefined {
  if (shape.kind === 'array') {
    const findInItem = finderOf(shape.items)
    return findInItem && arrayFinder(findInItem)
  }
  if (shape.kind !== 'record') return undefined
  if (shape.name === attachmentRecord) return (value, found) => found.push(value as unknown as Attachment)
  const finders = shape.fields.flatMap(({ name, shape: field }) => {
    const find = finderOf(field)
    return find ? [{ name, find }] : []
  })
  return finders.length === 0 ? undefined : recordFinder(finders)
}

function arrayFinder(findInItem: Finder): Finder {
  return (value, found) => {
    for (const item of value as readonly Json[]) findInItem(item, found)
  }
}

function recordFinder(finders: readonly { readonly name: string; readonly find: Finder }[]): Finder {
  return (value, found) => {
    for (const { name, find } of finders) {
      const member = (value as JsonObject)[name]
      if (member !== undefined) find(member, found)
    }
  }
}
