import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import { it } from 'node:test'
import { startFaultProxy } from '#connectors/kit/fault-proxy.ts'

it('the proxy of the kit takes its port again once another process leaves it', async (t) => {
  const proxy = await startFaultProxy(1)
  t.after(() => proxy.close())
  await proxy.set('refuse')
  const other = createServer().listen(proxy.port, '127.0.0.1')
  await once(other, 'listening')
  const back = proxy.set('none')
  other.close()
  await back
  const socket = connect(proxy.port, '127.0.0.1')
  t.after(() => socket.destroy())
  assert.ok(await once(socket, 'connect'))
})
