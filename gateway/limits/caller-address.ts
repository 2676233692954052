import { isIPv6, type Socket } from 'node:net'

/** Whose share a caller without a verified token uses; no agency has such a name. */
export function addressKey({ remoteAddress }: Pick<Socket, 'remoteAddress'>): string {
  return `address ${addressOf(remoteAddress)}`
}

/** The address a connection is counted under. Of IPv6 it is the network of 64 bits, which one caller usually has as a whole. */
export function addressOf(remoteAddress: string | undefined): string {
  const address = remoteAddress?.replace(/^::ffff:(?=\d+\.)/, '') ?? ''
  return isIPv6(address) ? networkOf(address) : address
}

function networkOf(address: string): string {
  const [head = '', tail] = address.split('%')[0]?.split('::') ?? []
  const before = head === '' ? [] : head.split(':')
  const after = tail === undefined || tail === '' ? [] : tail.split(':')
  const missing = tail === undefined ? 0 : 8 - before.length - after.length
  const groups = [...before, ...Array.from({ length: Math.max(0, missing) }, () => '0'), ...after]
  return `${groups
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ''))
    .join(':')}::/64`
}
