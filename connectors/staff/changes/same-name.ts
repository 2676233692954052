const tones = /[\u0300\u0301\u0303\u0309\u0323]/g

/** Whether names are the same but for case, spaces, and the letter that has the tone (`Hòa`, `Hoà`). */
export function isSameName(one: string, other: string): boolean {
  return one === other || keyOf(one) === keyOf(other)
}

function keyOf(name: string): string {
  const words = name.normalize('NFD').toLowerCase().split(/\s+/)
  return words.map((word) => word.replaceAll(tones, '') + (word.match(tones) ?? []).join('')).join(' ')
}
