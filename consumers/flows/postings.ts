/**
 * Events that have a term, as stored: the archive is cut into blocks, and a row has the events of one block,
 * two characters each. New events of a block are appended to its rows.
 */

/** Events in a block; two digits of base 36 count to 1295. */
export const blockSize = 1024

export function blockOf(number: number): number {
  return Math.floor(number / blockSize)
}

const codes = Array.from({ length: blockSize }, (_, place) => place.toString(36).padStart(2, '0'))

/** Events of one block, as a row has them. */
export function eventsOf(numbers: readonly number[]): string {
  return numbers.length === 1 ? codeOf(numbers[0] ?? 0) : numbers.map(codeOf).join('')
}

function codeOf(number: number): string {
  return codes[number % blockSize] ?? ''
}

/** The events of a row, by archive number, oldest first. */
export function numbersIn({ block, events }: { readonly block: number; readonly events: string }): number[] {
  const numbers: number[] = []
  for (let at = 0; at < events.length; at += 2) {
    numbers.push(block * blockSize + Number.parseInt(events.slice(at, at + 2), 36))
  }
  return numbers
}

/** Whether a row has an event of its block. */
export function hasEvent(events: string, number: number): boolean {
  const code = codeOf(number)
  let at = events.indexOf(code)
  while (at > 0 && at % 2 === 1) at = events.indexOf(code, at + 1) // Halves of two others.
  return at !== -1
}
