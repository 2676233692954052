import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it, type TestContext } from 'node:test'
import { openAxisServer } from '#deploy/outsides/axis/server.ts'
import type { JsonObject } from '#protocol/events/json.ts'
import { connectorIo } from '#tests/helpers/connector-io.ts'
import type { ConnectorIo, OutboundEvent } from '../connector.ts'
import { e, smallPackage } from './fixtures/small.ts'
import definition from './index.ts'
import type { DocumentSettings } from './settings.ts'

const [beyond, own, elsewhere] = ['000.00.91.H03', '000.00.92.H03', '000.00.01.H50']
const example = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../schemas/document/issued.v1.example.json'), 'utf8')
) as JsonObject

/** An instance for the agency beyond an axis that does not list `elsewhere`. */
async function openInstance(t: TestContext) {
  const systemId = 'bus.h03'
  const axis = await openAxisServer({
    accounts: [{ systemId, secret: 'x' }],
    agencies: [
      { code: beyond, name: 'Sở mẫu A', pcode: 'other' },
      { code: own, name: 'Sở mẫu B', pcode: systemId }
    ]
  })
  t.after(() => axis.close())
  const endpoint = `http://127.0.0.1:${axis.port}`
  const settings: DocumentSettings = {
    ...{ holidays: [], makeUpDays: [] },
    axis: {
      ...{ endpoint, systemId, secret: 'x', register: [], timeoutMs: 10_000 },
      ...{ allowPlainHttp: true, allowPrivateAddresses: true }
    }
  }
  const io: ConnectorIo = { ...connectorIo(t), agency: beyond, isAgency: (code) => code !== elsewhere }
  const session = await definition.connect(settings, io)
  t.after(() => session.close())
  const { inbound, outbound } = definition.forSettings?.(settings) ?? definition
  return {
    axis,
    poll: () => inbound?.poll(session, undefined, io),
    deliver: (event: OutboundEvent) => outbound?.deliver?.(session, event, io),
    lookUp: (event: OutboundEvent, begun: readonly OutboundEvent[]) =>
      outbound?.lookUp?.(session, event, {
        ...io,
        begun: async (sender, since, limit) => {
          assert.deepEqual([sender, since <= Date.parse(event.recordedTime)], [own, true])
          return begun.slice(0, limit)
        }
      })
  }
}

/** A document of the agency on the bus, or a status of it, for the agency beyond. */
function outboundEvent(hash: string, changes: JsonObject = {}, type = 'document.issued.v1'): OutboundEvent {
  const to = [{ organId: beyond, organName: 'A' }]
  const data = { ...example, from: { organId: own, organName: 'B' }, to, attachments: [], ...changes }
  const event = { type, source: `/agencies/${own}/systems/vpdt`, data }
  return { event, hash: hash.repeat(64), recordedTime: new Date().toISOString() } as unknown as OutboundEvent
}

describe('an agency beyond the axis', () => {
  const to = (code: string): string => e('To', e('OrganId', code), e('OrganName', 'Nơi nhận'))

  it('writes to recipients of the bus and others: the bus has it for its own', async (t) => {
    const { axis, poll } = await openInstance(t)
    axis.add(Buffer.from(smallPackage().replace('</e:To>', `</e:To>${to(elsewhere)}`)))
    const [item] = (await poll())?.items ?? []
    assert.ok(item && 'event' in item)
    assert.deepEqual(item.event.recipients, [own])
    assert.deepEqual(
      (item.event.data.to as readonly JsonObject[]).map(({ organId }) => organId),
      [own, elsewhere]
    )
  })

  it('writes to nobody on the bus: the bus is given all, and refuses them', async (t) => {
    const { axis, poll } = await openInstance(t)
    const [added] = axis.add(
      Buffer.from(smallPackage().replace(`<e:OrganId>${own}`, `<e:OrganId>${elsewhere}`))
    )
    Object.assign(added ?? {}, { to: own })
    const [item] = (await poll())?.items ?? []
    assert.ok(item && 'event' in item)
    assert.deepEqual(item.event.recipients, [elsewhere])
  })

  it('gets a document that is also for one whom the axis does not know, and the axis gives it to nobody else', async (t) => {
    const { axis, deliver } = await openInstance(t)
    const recipients = [own, elsewhere, beyond].map((organId) => ({ organId, organName: organId }))
    await deliver(outboundEvent('a', { to: recipients }))
    assert.deepEqual(
      axis.documents.map(({ from, to: only }) => [from, only]),
      [[own, beyond]]
    )
  })

  it('has a document in doubt, unless another of its number may be the one that the axis has', async (t) => {
    const { deliver, lookUp } = await openInstance(t)
    const mine = outboundEvent('a')
    await deliver(mine)
    assert.equal(await lookUp(mine, [mine, outboundEvent('b')]), 'unknown')
    const others = [outboundEvent('b', { codeNumber: '16' })]
    const status = outboundEvent('c', { responseFor: { code: '15/SMA-VP' } }, 'document.status-changed.v1')
    assert.equal(typeof (await lookUp(mine, [mine, ...others, status])), 'object')
    const many = Array.from({ length: 1000 }, () => others).flat()
    assert.equal(await lookUp(mine, many), 'unknown', 'nobody has looked at the others')
  })
})
