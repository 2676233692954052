import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { it } from 'node:test'
import { addressesOf } from '#engines/event-log/kafka/addresses.ts'

it('a broker with an IPv6 address is connected to there, and a name stays a name', async (t) => {
  const server = createServer().listen(0, '::1')
  await once(server, 'listening')
  t.after(() => server.close())
  const { port } = server.address() as AddressInfo
  const { brokers, socketFactory } = addressesOf(['kafka-1.example.vn:9092', `[::1]:${port}`])
  assert.equal(brokers[0], 'kafka-1.example.vn:9092')
  const [host = '', given = ''] = brokers[1]?.split(':') ?? [] // As kafkajs takes it apart.
  const connected = Promise.withResolvers<void>()
  const socket = socketFactory({
    host,
    port: Number(given),
    ssl: false as never,
    onConnect: connected.resolve
  })
  t.after(() => socket.destroy())
  await connected.promise
  assert.equal(socket.remoteAddress, '::1')
  assert.equal(socket.remotePort, port)
})
