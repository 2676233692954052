import assert from 'node:assert/strict'
import { it } from 'node:test'
import { testMessage } from '#bus/alerts/alert-message.ts'
import { longestSendMs, sendOver } from '#bus/alerts/send.ts'
import { alertsConfig, startTricklingMailServer } from '../../helpers/alert-lab.ts'

it('a try ends in time though the server sends something again and again', async (t) => {
  const { mail, trickles } = await startTricklingMailServer(t)
  const [channel = assert.fail()] = alertsConfig({ channels: [{ name: 'duty', mail }] }).channels
  const message = testMessage({ language: 'en', bus: 'https://bus.test', now: Date.now() })
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const { signal } = new AbortController()
  const sent = assert.rejects(sendOver(channel, message, { id: 'one', now: Date.now(), signal }), {
    fault: 'alert-channel-failed',
    message: /within 30 s/
  })
  await trickles
  t.mock.timers.tick(longestSendMs)
  await sent
})
