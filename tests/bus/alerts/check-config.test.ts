import assert from 'node:assert/strict'
import { it } from 'node:test'
import { conditionsOf } from '#bus/alerts/check-config.ts'
import { alertSecret, alertsConfig } from '../../helpers/alert-lab.ts'

const mail = { host: 'mail.test', from: 'bus@bus.test', to: ['an@bus.test'] }
const webhook = { url: 'https://hook.test/x', secret: alertSecret }

const faulty: Readonly<Record<string, readonly [settings: object, says: RegExp]>> = {
  'a limit of an alert that is not': [
    { change: { Nothing: {} } },
    /change\/Nothing is no alert; there are Lienthong/
  ],
  'a channel without a way': [{ channels: [{ name: 'a' }] }, /channels\/0 needs either mail or webhook/],
  'a channel with two ways': [{ channels: [{ name: 'a', mail, webhook }] }, /either mail or webhook/],
  'one name twice': [
    {
      channels: [
        { name: 'a', mail },
        { name: 'a', webhook }
      ]
    },
    /name a of another channel/
  ],
  'a user without a password': [
    { channels: [{ name: 'a', mail: { ...mail, user: 'u' } }] },
    /password together/
  ],
  'a webhook that is not signed': [
    { channels: [{ name: 'a', webhook: { url: webhook.url } }] },
    /webhook.secret/
  ],
  'a webhook without TLS': [
    { channels: [{ name: 'a', webhook: { ...webhook, url: 'http://hook.test' } }] },
    /without TLS; use https:\/\/, or name its host/
  ],
  'a webhook without TLS at another host than named': [
    { channels: [{ name: 'a', webhook: { ...webhook, url: 'http://hook.test', plainHost: 'other.test' } }] },
    /without TLS/
  ]
}

for (const [title, [settings, says]] of Object.entries(faulty)) {
  it(`${title} is refused at the start`, () => {
    assert.throws(() => conditionsOf(alertsConfig(settings)), { code: 'BUS_CONFIG_INVALID', message: says })
  })
}

const hostile: Readonly<Record<string, object>> = {
  'an address with a line break': { ...mail, to: ['an@bus.test\r\nBcc: evil@x.test'] },
  'a group instead of an address': { ...mail, to: ['a: b@bus.test;'] },
  'a sender with a name': { ...mail, from: 'Bus <bus@bus.test>' }
}

for (const [title, faultyMail] of Object.entries(hostile)) {
  it(`${title} is refused`, () => {
    assert.throws(() => alertsConfig({ channels: [{ name: 'a', mail: faultyMail }] }), /a mail address/)
  })
}

it('a webhook may be called without TLS at the host that is named', () => {
  const plain = { ...webhook, url: 'http://127.0.0.1:9/x', plainHost: '127.0.0.1' }
  assert.ok(conditionsOf(alertsConfig({ channels: [{ name: 'a', webhook: plain }] })).length > 10)
})
