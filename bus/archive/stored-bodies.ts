import { deflateRawSync, inflateRawSync } from 'node:zlib'
import { insertOf } from '#engines/store/insert-rows.ts'
import type { ArchiveTables } from './archive-tables.ts'
import type { ArchivedEvent } from './archived-event.ts'
import type { KeepOptions } from './stored-proofs.ts'

export type BlockRow = ArchiveTables['archiveBodies']

export const insertBlocks = insertOf<BlockRow>('archiveBodies', ['number', 'texts'])

/** Bytes of the bodies that are compressed together: whoever wants one of them decompresses all. */
const blockBytes = 24_576
/** Fewer are not worth the time. */
const leastBytes = 8192
/** Levels below are no faster; chunks of this size take the output of a block in one piece. */
const options = { level: 2, chunkSize: 2 * blockBytes }
/** A body begins with `{`. */
const isPlace = /^(\d+) (\d+) (\d+)$/
/** Characters. Every body is longer. */
export const longestPlace = 40

type Bodied = Pick<ArchivedEvent, 'number' | 'body'>

export interface KeptBodies {
  /** Of each event, as `createBodyReader` reads it: itself or its place in a block. */
  readonly bodies: readonly string[]
  readonly blocks: readonly BlockRow[]
}

/** The bodies of a transaction's events. Those of a batch are alike, and take a twentieth of the space together. */
export function keepBodies(events: readonly Bodied[], { areWrittenOut }: KeepOptions): KeptBodies {
  if (areWrittenOut) return { bodies: events.map(({ body }) => body), blocks: [] }
  const bodies: string[] = []
  const blocks: BlockRow[] = []
  for (const { bytes, events: some } of blocksOf(events)) {
    const [first] = some
    if (!first || bytes < leastBytes || some.length === 1) {
      bodies.push(...some.map(({ body }) => body))
      continue
    }
    const texts = Buffer.allocUnsafe(bytes)
    let from = 0
    for (const { body } of some) {
      const length = texts.write(body, from)
      bodies.push(`${first.number} ${from} ${length}`)
      from += length
    }
    blocks.push({ number: first.number, texts: deflateRawSync(texts, options) })
  }
  return { bodies, blocks }
}

interface Block {
  bytes: number
  readonly events: Bodied[]
}

/** Events that follow each other, as many as fit into a block, and each that fits into none alone. */
function blocksOf(events: readonly Bodied[]): readonly Block[] {
  const blocks: Block[] = []
  for (const event of events) {
    const length = Buffer.byteLength(event.body)
    let block = blocks.at(-1)
    if (!block || block.bytes + length > blockBytes) {
      block = { bytes: 0, events: [] }
      blocks.push(block)
    }
    block.bytes += length
    block.events.push(event)
  }
  return blocks
}

/** Where a body is: the number of the block, and which of its bytes. */
interface Place {
  readonly block: number
  readonly from: number
  readonly bytes: number
}

/** The place of a stored body; undefined if it is the body itself. */
export function placeOf(stored: string): Place | undefined {
  const place = isPlace.exec(stored)
  return place ? { block: Number(place[1]), from: Number(place[2]), bytes: Number(place[3]) } : undefined
}

/**
 * Reads stored bodies. Those of a block should be asked for one after the other: only the last block is kept. Throws if
 * a block is missing or damaged.
 */
export function createBodyReader(
  readBlock: (number: number) => Uint8Array | undefined
): (stored: string) => string {
  let last: { readonly number: number; readonly texts: Buffer } | undefined
  return (stored) => {
    const place = placeOf(stored)
    if (!place) return stored
    const { block: number, from, bytes } = place
    if (last?.number !== number) {
      const block = readBlock(number)
      if (!block) throw new TypeError(`no block ${number} of bodies`)
      last = { number, texts: inflateRawSync(block, options) }
    }
    if (from + bytes > last.texts.length)
      throw new TypeError(`block ${number} has no bytes ${from} to ${from + bytes}`)
    return last.texts.toString('utf8', from, from + bytes)
  }
}
