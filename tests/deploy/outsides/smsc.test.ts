import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, it } from 'node:test'
import { startSmsc } from '#deploy/outsides/smsc/smsc.ts'
import { startKannel } from '#tests/helpers/servers/kannel.ts'
import { needs } from '#tests/helpers/servers/needs.ts'
import { until } from '#tests/helpers/until.ts'

const account = { systemId: 'truc', password: 'mat-khau' }
const text =
  'Hồ sơ của ông bà đã được tiếp nhận; xin mang theo giấy tờ gốc khi đến nhận kết quả tại bộ phận một cửa.'

/** A client that nobody here wrote: what it understands of the message centre is SMPP. */
describe('the message centre of the tests, by Kannel', needs('kannel'), () => {
  it('takes long messages, reports on them, and gives those of people', async (t) => {
    const called: string[] = []
    const server = createServer((request, response) => {
      called.push(request.url ?? '')
      response.end()
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    t.after(() => server.close())
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    const smsc = await startSmsc(account)
    t.after(() => smsc.close())
    smsc.behaviour.reports = { state: 'DELIVRD' }
    const kannel = await startKannel(t, {
      smscPort: smsc.port,
      ...account,
      messageUrl: `${url}/message?p=%p&b=%b`
    })
    await until(() => smsc.sessions() === 1, 30_000)
    await kannel.send({ to: '84901234567', text, reportUrl: `${url}/report?state=%d` })
    await until(() => smsc.messages.length === 2, 20_000)
    assert.equal(smsc.messages.map((one) => one.text).join(''), text)
    assert.deepEqual(
      smsc.messages.map((one) => [one.to, one.dataCoding, one.header.length]),
      [
        ['84901234567', 8, 1],
        ['84901234567', 8, 1]
      ]
    )
    await until(() => called.some((one) => one === '/report?state=1'), 20_000) // 1: delivered to the phone.
    smsc.say('84907654321', 'Vâng, tôi sẽ đến')
    const given = (): string | undefined => called.find((one) => one.startsWith('/message'))
    await until(() => given() !== undefined, 20_000)
    const [, number = '', said = ''] = /p=([^&]*)&b=(.*)/.exec(given() ?? '') ?? []
    assert.match(number, /84907654321/)
    assert.equal(octetsOf(said).swap16().toString('utf16le'), 'Vâng, tôi sẽ đến')
  })
})

/** Octets as they stand in an address. */
function octetsOf(escaped: string): Buffer {
  const octet = (_: string, hex: string): string => String.fromCharCode(Number.parseInt(hex, 16))
  return Buffer.from(escaped.replaceAll('+', ' ').replaceAll(/%([0-9a-f]{2})/gi, octet), 'latin1')
}
