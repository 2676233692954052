import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { type BusEvent, domainOf } from '#protocol/events/event.ts'
import { shippedSchemas } from '#runtime/shipped-schemas.ts'
import { oneLine, runAs, runPlain } from '../helpers/operator.ts'
import { actOnSystem, codes, startTestBus, systemOf } from '../helpers/test-bus.ts'

const types = shippedSchemas().map(({ type }) => type)
const asC = ['--as', `${codes.C}.qlvb`]

describe('lienthong sample', () => {
  it('prints an event of every shipped type that send takes as it stands, of any system', async (t) => {
    const bus = await startTestBus(t)
    const run = runPlain()
    for (const type of types) {
      const right = {
        act: 'right.granted',
        type,
        recipients: domainOf(type) === 'document' ? '*' : 'agreements'
      }
      await actOnSystem(bus.operator, systemOf('C'), { ...right, path: '/v1/rights' })
    }
    const printed = []
    for (const type of types) printed.push((await run('sample', type, ...asC)).stdout)
    const all = join(bus.folder, 'all.json')
    writeFileSync(all, `[${printed.join(',')}]`)
    const sent = await runAs(bus, 'C')('send', all)
    assert.deepEqual(
      sent.stdout
        .trim()
        .split('\n')
        .filter((line) => !line.startsWith('accepted ')),
      [],
      sent.stderr
    )
    assert.equal(sent.code, 0)
    assert.deepEqual(
      printed.map((one) => (JSON.parse(one) as BusEvent).type),
      types
    )

    const one = join(bus.folder, 'one.json')
    writeFileSync(one, (await run('sample', 'document.issued.v1', ...asC, '--to', codes.B)).stdout)
    assert.match((await runAs(bus, 'C')('send', one)).stdout, /^accepted /)
    const { events } = await bus.clients.B.page({ types: ['document.issued.v1'], waitSeconds: 20 })
    assert.ok(events.some(({ event }) => event.source === systemOf('C')))
  })

  it('names its sender and its recipient, also in the payload, and has a new id each time', async () => {
    const run = runPlain()
    const sampleOf = async (...args: readonly string[]) =>
      JSON.parse((await run('sample', ...args, '--json')).stdout) as BusEvent
    const event = await sampleOf('document.status-changed.v1', ...asC, '--to', codes.A)
    assert.equal(event.source, systemOf('C'))
    assert.equal(event.recipients, codes.A)
    const { from, responseFor } = event.data as {
      from: { organId: string }
      responseFor: { organId: string }
    }
    assert.equal(from.organId, codes.C)
    assert.equal(responseFor.organId, codes.A)
    const ids = [await sampleOf('dossier.received.v1'), await sampleOf('dossier.received.v1')]
    assert.notEqual(ids[0]?.id, ids[1]?.id)
    assert.equal(ids[0]?.recipients, undefined)
    const toItself = await sampleOf('document.issued.v1', '--as', `${codes.B}.qlvb`)
    assert.notEqual(toItself.recipients, codes.B)
  })

  it('answers a type that is not there with one line that names those like it, and lists them all', async () => {
    const run = runPlain()
    assert.match(
      oneLine(await run('sample', 'document.isued.v1')),
      /^This release has no event type document\.isued\.v1\. Did you mean document\.issued\.v1\?.*`lienthong sample`/
    )
    assert.match(oneLine(await run('sample', 'article')), /Did you mean article\.published\.v1, article/)
    assert.doesNotMatch(oneLine(await run('sample', 'x'.repeat(40))), /Did you mean/)
    assert.match(
      oneLine(await runPlain('vi')('sample', 'dossier.recieved.v1')),
      /^Không có .*Có phải: dossier\.received\.v1\?/
    )
    assert.match(
      oneLine(await run('sample', types[0] ?? '', '--as', 'operator')),
      /^operator is not a system of an agency/
    )
    assert.match(oneLine(await run('sample', types[0] ?? '', '--to', 'Sở B')), /^Sở B is not the code/)
    const { stdout } = await run('sample')
    assert.deepEqual(
      stdout
        .trim()
        .split('\n')
        .map((line) => line.split(':')[0]),
      types
    )
  })
})
