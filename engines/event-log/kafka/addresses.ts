import { isIP, connect as openPlain } from 'node:net'
import { connect as openTls } from 'node:tls'
import type { ISocketFactory } from 'kafkajs'

const keepAliveMs = 60_000

/**
 * Brokers as kafkajs takes them. It splits `host:port` at the first colon, of which an IPv6 address has many: such a
 * broker is named by its place in the list, as no host can be named, and its socket is opened to the address.
 */
export function addressesOf(brokers: readonly string[]): {
  readonly brokers: string[]
  readonly socketFactory: ISocketFactory
} {
  const addresses = new Map<string, string>()
  const named = brokers.map((broker, place) => {
    const [, address, port] = /^\[(.+)\]:(\d+)$/.exec(broker) ?? []
    if (address === undefined) return broker
    addresses.set(`[${place}]`, address)
    return `[${place}]:${port}`
  })
  return {
    brokers: named,
    socketFactory({ host: name, port, ssl, onConnect }) {
      const host = addresses.get(name) ?? name
      const servername = isIP(host) === 0 ? { servername: host } : {}
      const socket = ssl
        ? openTls({ host, port, ...servername, ...ssl }, onConnect)
        : openPlain({ host, port }, onConnect)
      return socket.setKeepAlive(true, keepAliveMs)
    }
  }
}
