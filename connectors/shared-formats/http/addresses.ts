import { lookup } from 'node:dns'
import { BlockList, isIP, type LookupFunction } from 'node:net'

type Range = readonly [string, number]

/** Reserved by IANA or by a cloud for its own services: no system of an agency has such an address. */
const neverAllowed: readonly Range[] = [
  ['0.0.0.0', 8],
  ['169.254.0.0', 16],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
  ['168.63.129.16', 32],
  ['100.100.100.200', 32],
  ['::', 128],
  ['64:ff9b::', 96],
  ['64:ff9b:1::', 48],
  ['100::', 64],
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
  ['5f00::', 16],
  ['fe80::', 10],
  ['fec0::', 10],
  ['ff00::', 8],
  ['fd00:ec2::254', 128]
]

/** Networks that are not reached from the internet, this machine included. */
const privateNetworks: readonly Range[] = [
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
  ['::1', 128],
  ['fc00::', 7]
]

const reserved = blockListOf(neverAllowed)
// Older forms of IPv4 within IPv6, which nothing uses: IPv4-compatible but for ::1, and IPv4-translated.
reserved.addRange('::2', '::ffff:ffff', 'ipv6')
reserved.addSubnet('::ffff:0:0:0', 96, 'ipv6')
const private_ = blockListOf(privateNetworks)

function blockListOf(ranges: readonly Range[]): BlockList {
  const list = new BlockList()
  for (const [network, prefix] of ranges) list.addSubnet(network, prefix, familyOf(network))
  return list
}

function familyOf(address: string): 'ipv4' | 'ipv6' {
  return isIP(address) === 6 ? 'ipv6' : 'ipv4'
}

/** Whether a connection to an IP address is allowed. IPv4-mapped IPv6 is judged as IPv4. */
export function isAllowedAddress(address: string, allowPrivate: boolean): boolean {
  const family = familyOf(address)
  return !reserved.check(address, family) && (allowPrivate || !private_.check(address, family))
}

/** Raised by the look-up for a name that leads to an address that is not allowed. */
export const addressRefused = 'ERR_ADDRESS_REFUSED'

/**
 * `dns.lookup` that fails where any address of the name is not allowed. The connection is made to the
 * addresses that were checked, so that another answer of the name server changes nothing.
 */
export function checkedLookup(allowPrivate: boolean): LookupFunction {
  return (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, found) => {
      if (error) return callback(error, '')
      const refused = found.find(({ address }) => !isAllowedAddress(address, allowPrivate))
      const [first] = found
      if (refused || !first) {
        const refusal = Object.assign(
          new TypeError(`${hostname} leads to ${refused?.address ?? 'nothing'}`),
          {
            code: addressRefused
          }
        )
        return callback(refusal, '')
      }
      return options.all ? callback(null, found) : callback(null, first.address, first.family)
    })
  }
}

/** The IP address that a URL names by itself, in plain form; undefined for a name, which is looked up. */
export function literalAddressOf({ hostname }: URL): string | undefined {
  const host = hostname.replace(/^\[|\]$/g, '')
  return isIP(host) === 0 ? undefined : host
}
