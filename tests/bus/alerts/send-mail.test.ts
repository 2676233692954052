import assert from 'node:assert/strict'
import { it } from 'node:test'
import { testMessage } from '#bus/alerts/alert-message.ts'
import { sendOver } from '#bus/alerts/send.ts'
import { mailsOf } from '#connectors/email/fixtures/mailbox.ts'
import { alertsConfig } from '../../helpers/alert-lab.ts'
import { describeOnMail } from '../../helpers/servers/mail-servers.ts'
import { startTcpProxy } from '../../helpers/tcp-proxy.ts'
import { until } from '../../helpers/until.ts'

const { signal } = new AbortController()
const message = testMessage({ language: 'vi', bus: 'https://bus.test', now: Date.now() })

describeOnMail('alerts by mail, on a real server', (mail) => {
  const channelTo = (to: readonly string[], more: object = {}) => {
    const settings = {
      host: '127.0.0.1',
      port: mail().ports.smtp,
      security: 'none',
      from: 'bus@bus.test',
      to
    }
    const [channel] = alertsConfig({ channels: [{ name: 'duty', mail: { ...settings, ...more } }] }).channels
    return channel ?? assert.fail()
  }

  it('arrive as a mail that nothing answers, in Vietnamese', async () => {
    await sendOver(channelTo(['an@bus.test']), message, { id: 'one', now: Date.now(), signal })
    await until(async () => (await mailsOf(mail(), 'an@bus.test')).length === 1, 15_000)
    const [text = ''] = await mailsOf(mail(), 'an@bus.test')
    assert.match(text, /^Message-ID: <one@bus\.test>/m)
    assert.match(text, /^Auto-Submitted: auto-generated/m)
    assert.match(text, /^Subject: =\?UTF-8\?/m)
  })

  it('arrive by way of an IPv6 address', async (t) => {
    const { port } = await startTcpProxy(t, mail().ports.smtp, '::1')
    const channel = channelTo(['bus@bus.test'], { host: '::1', port })
    await sendOver(channel, message, { id: 'six', now: Date.now(), signal })
    await until(async () => (await mailsOf(mail(), 'bus@bus.test')).length === 1, 15_000)
  })

  it('that the server takes for some recipients only are failures that name the others', async () => {
    await assert.rejects(
      sendOver(channelTo(['an@bus.test', 'nobody@elsewhere.test']), message, {
        id: 'two',
        now: Date.now(),
        signal
      }),
      { fault: 'alert-recipients-refused', message: /duty did not take a message for nobody@elsewhere\.test/ }
    )
  })

  it('need TLS unless the settings say otherwise', async () => {
    for (const security of ['tls', 'starttls']) {
      await assert.rejects(
        sendOver(channelTo(['an@bus.test'], { security }), message, { id: 'three', now: Date.now(), signal }),
        { code: 'BUS_PEER_FAILED' }
      )
    }
  })
})
