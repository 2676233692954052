import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { completed, filled, open } from '../fixtures/open.ts'
import { settingsFor } from '../fixtures/settings.ts'
import { json, startApi } from '../fixtures/small-api.ts'
import { openSession } from './session.ts'

describe('rest: an access token', () => {
  const tokenFrom = (url: string) => ({ kind: 'oauth2', user: 'bus', secret: 's', tokenUrl: `${url}/token` })

  it('that does not come means that nothing was sent', async (t) => {
    let isAway = false
    const api = await startApi(t, (_, response) => {
      if (isAway) response.destroy()
      else json(response, 200, { access_token: 't', expires_in: 0 })
    })
    const { definition, session, io } = await open(t, { ...settingsFor(api.url), auth: tokenFrom(api.url) })
    isAway = true
    await assert.rejects(
      async () => definition.outbound?.deliver?.(session, completed, io),
      (error) => {
        assert.equal(Object(error).fault, 'rest:tokenUnreachable')
        assert.equal(Object(error).cause.code, 'UND_ERR_CONNECT_TIMEOUT') // To the host: nothing was sent.
        return true
      }
    )
  })

  it('that several wait for does not end with the first of them', async (t) => {
    let release = (): void => {}
    const asked = Promise.withResolvers<void>()
    let tokens = 0
    const api = await startApi(t, ({ url }, response) => {
      if (url !== '/token') return json(response, 200, {})
      tokens += 1
      const answer = () => json(response, 200, { access_token: 't', expires_in: tokens === 1 ? 0 : 3600 })
      if (tokens === 1) return answer()
      release = answer
      asked.resolve()
    })
    const settings = filled({ ...settingsFor(api.url), auth: tokenFrom(api.url) })
    const session = await openSession(settings, AbortSignal.timeout(30_000))
    t.after(() => session.close())
    const first = new AbortController()
    const gaveUp = session.ask({ method: 'GET', path: '/' }, first.signal)
    const waits = session.ask({ method: 'GET', path: '/' }, AbortSignal.timeout(30_000))
    await asked.promise
    first.abort(new TypeError('stopped'))
    await assert.rejects(gaveUp, { message: 'stopped' })
    release()
    assert.equal((await waits).status, 200)
    assert.equal(tokens, 2)
  })

  it('is fetched again later where the token server shows a page for people', async (t) => {
    const api = await startApi(t, (_, response) => response.end('<title>Down for maintenance</title>'))
    const opened = open(t, { ...settingsFor(api.url), auth: tokenFrom(api.url) })
    await assert.rejects(opened, { code: 'BUS_PEER_FAILED' })
  })
})
