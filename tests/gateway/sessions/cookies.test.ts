import assert from 'node:assert/strict'
import { it } from 'node:test'
import { CookieJar } from 'tough-cookie'
import { cookiesOf } from '#gateway/sessions/cookies.ts'

it('over https the cookie is bound to the host and to TLS, so that none set over http is taken', async () => {
  const { session } = cookiesOf('https://bus.example.vn')
  const set = session.set('secret')
  assert.equal(set, '__Host-lienthong-session=secret; Path=/; HttpOnly; Secure; SameSite=Strict')
  const jar = new CookieJar(undefined, { prefixSecurity: 'strict' })
  await jar.setCookie(set, 'https://bus.example.vn/console/')
  assert.equal(session.of(await jar.getCookieString('https://bus.example.vn/v1/connectors')), 'secret')
  assert.equal(await jar.getCookieString('http://bus.example.vn/v1/connectors'), '')
  assert.equal(await jar.getCookieString('https://www.example.vn/'), '')
  const stranger = new CookieJar(undefined, { prefixSecurity: 'strict' })
  for (const [cookie, url] of [
    ['__Host-lienthong-session=x; Path=/', 'http://bus.example.vn/'],
    ['__Host-lienthong-session=x; Path=/; Secure; Domain=example.vn', 'https://www.example.vn/']
  ] as const)
    await assert.rejects(stranger.setCookie(cookie, url), /__Host/)
  assert.equal(session.of('lienthong-session-443=x; lienthong-session=x'), undefined)
})

it('is removed as it was set', async () => {
  const { session } = cookiesOf('https://bus.example.vn')
  const jar = new CookieJar()
  await jar.setCookie(session.set('secret'), 'https://bus.example.vn/')
  await jar.setCookie(session.remove(), 'https://bus.example.vn/')
  assert.equal(await jar.getCookieString('https://bus.example.vn/'), '')
})

it('of two buses on one machine, neither takes the session of the other', () => {
  const [one, other] = [cookiesOf('http://127.0.0.1:8080'), cookiesOf('http://127.0.0.1:8081')]
  const header = [one, other].map(({ session }, at) => session.set(`s${at}`).split(';')[0]).join('; ')
  assert.deepEqual([one.session.of(header), other.session.of(header)], ['s0', 's1'])
})

it('that is there twice counts as missing: one of them is a stranger’s', () => {
  const { session } = cookiesOf('http://127.0.0.1:8080')
  const one = 'lienthong-session-8080=a'
  assert.equal(session.of(`x=y; ${one}`), 'a')
  assert.equal(session.of(`${one}; ${one}`), undefined)
  assert.equal(session.of(undefined), undefined)
})
