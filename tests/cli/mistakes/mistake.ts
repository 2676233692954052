import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { TestBus } from '../../helpers/test-bus.ts'

/** Where a command is run: a folder of its own, beside a bus that all share. */
export interface Place {
  readonly folder: string
  readonly bus: TestBus
  /** Writes a file into the folder. */
  readonly write: (name: string, content: string | Uint8Array | object) => void
}

/** Something that people do wrong. The command runs as agency A's system, whose key is `A.jwk`. */
export interface Mistake {
  readonly did: Readonly<Record<'en' | 'vi', string>>
  /** As it is typed, without `lienthong`; `{localhost}`, `{management}` and `{port}` are of the bus. */
  readonly command: string
  readonly arrange?: (place: Place) => unknown
  readonly clockMs?: number
  /** In a process of its own: it leaves connections behind. */
  readonly isAlone?: true
}

export function placeIn(folder: string, bus: TestBus): Place {
  return {
    folder,
    bus,
    write(name, content) {
      const file = join(folder, name)
      mkdirSync(dirname(file), { recursive: true })
      const isText = typeof content === 'string' || content instanceof Uint8Array
      writeFileSync(file, isText ? content : JSON.stringify(content), { mode: 0o600 })
    }
  }
}
