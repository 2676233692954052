import { Buffer } from 'node:buffer'

export interface TnefFile {
  readonly name: string | undefined
  readonly bytes: Uint8Array<ArrayBuffer>
}

const signature = 0x223e9f78
const attribute = { begins: 0x00069002, title: 0x00018010, data: 0x0006800f, properties: 0x00069005 }
/** PR_ATTACH_LONG_FILENAME, in Unicode or in the code page of the sender. */
const longName = 0x3707
const maxFiles = 1000

/** The files within a `winmail.dat` of Outlook, MS-OXTNEF; none if it is damaged or has only formatting. */
export function readTnef(bytes: Uint8Array): readonly TnefFile[] {
  const data = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
  if (data.length < 6 || data.readUInt32LE(0) !== signature) return []
  const files: { name: string | undefined; bytes: Uint8Array<ArrayBuffer> | undefined }[] = []
  for (let at = 6; at + 9 <= data.length && files.length <= maxFiles; ) {
    const id = data.readUInt32LE(at + 1)
    const end = at + 9 + data.readUInt32LE(at + 5)
    if (end + 2 > data.length) break // It claims more than there is.
    const value = data.subarray(at + 9, end)
    const file = files.at(-1)
    if (id === attribute.begins) files.push({ name: undefined, bytes: undefined })
    else if (file && id === attribute.title) file.name ??= latin(value)
    else if (file && id === attribute.data) file.bytes = new Uint8Array(value)
    else if (file && id === attribute.properties) file.name = longNameIn(value) ?? file.name
    at = end + 2 // A checksum follows.
  }
  return files.flatMap(({ name, bytes: content }) => (content ? [{ name, bytes: content }] : []))
}

/** Sizes of the values of MAPI that have one size; others begin with how many there are, and how long each is. */
const sizes: Readonly<Record<number, number>> = {
  ...{ 2: 4, 3: 4, 4: 4, 10: 4, 11: 4 },
  ...{ 5: 8, 6: 8, 7: 8, 20: 8, 64: 8, 72: 16 }
}

function longNameIn(value: Buffer): string | undefined {
  if (value.length < 4) return undefined
  let at = 4
  for (let left = value.readUInt32LE(0); left > 0 && at + 4 <= value.length; left -= 1) {
    const type = value.readUInt16LE(at)
    const id = value.readUInt16LE(at + 2)
    at += 4
    const size = sizes[type]
    if (size !== undefined && id < 0x8000) {
      at += size
      continue
    }
    // Named properties, and types that names of files do not have: what follows cannot be told apart any more.
    if (id >= 0x8000 || ![0x1e, 0x1f, 0x0d, 0x102].includes(type) || at + 8 > value.length) return undefined
    const length = value.readUInt32LE(at + 4)
    const start = at + 8
    if (start + length > value.length) return undefined
    if (id === longName) {
      const text = value.subarray(start, start + length)
      return type === 0x1f ? text.toString('utf16le').replace(/\0.*$/s, '') : latin(text)
    }
    at = start + Math.ceil(length / 4) * 4
  }
  return undefined
}

function latin(value: Uint8Array): string {
  return new TextDecoder('windows-1252').decode(value).replace(/\0.*$/s, '')
}
