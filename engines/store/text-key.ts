import { hash } from 'node:crypto'

/** Number of different keys; all are safe integers. */
export const keySpace = 2 ** 52

/** A number for a text, evenly spread: the first 52 bits of its SHA-256. Different texts may share one. */
export function textKey(text: string): number {
  return Number.parseInt(hash('sha256', text).slice(0, 13), 16)
}
