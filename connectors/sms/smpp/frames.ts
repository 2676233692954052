import { headerOctets } from './pdu.ts'

/** A message of 254 octets, or a payload of 65,535, with all that may stand around it. */
const maxPduOctets = 70_000

/**
 * Cuts what a connection gives into PDUs. No more is kept than one PDU that is not whole; `undefined` for a length
 * that no PDU has: nothing after it can be read.
 */
export function createFrames(): (chunk: Buffer) => readonly Buffer[] | undefined {
  let kept: Buffer[] = []
  let keptOctets = 0
  let wanted = 4
  return (chunk) => {
    kept.push(chunk)
    keptOctets += chunk.length
    if (keptOctets < wanted) return [] // A PDU that comes octet by octet is joined once.
    let rest = Buffer.concat(kept)
    const whole: Buffer[] = []
    wanted = 4
    while (rest.length >= 4) {
      const length = rest.readUInt32BE()
      if (length < headerOctets || length > maxPduOctets) return undefined
      wanted = length
      if (rest.length < length) break
      whole.push(rest.subarray(0, length))
      rest = rest.subarray(length)
      wanted = 4
    }
    kept = rest.length === 0 ? [] : [rest]
    keptOctets = rest.length
    return whole
  }
}
