import { randomBytes } from 'node:crypto'

/** Eight random hexadecimal digits, for names that nobody can predict. */
export function unforeseen(): string {
  return randomBytes(4).toString('hex')
}

/** Cuts a name to a number of bytes of UTF-8, between characters. A short extension is kept. */
export function shortened(name: string, maxBytes: number): string {
  if (Buffer.byteLength(name) <= maxBytes) return name
  const [ending = ''] = /\.[^.]{1,16}$/.exec(name) ?? []
  let stem = ''
  for (const character of name.slice(0, name.length - ending.length)) {
    if (Buffer.byteLength(stem + character + ending) > maxBytes) break
    stem += character
  }
  return stem + ending
}
