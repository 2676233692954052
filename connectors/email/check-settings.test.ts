import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { fillSettings } from '#protocol/events/json-schema.ts'
import { checkSettings } from './check-settings.ts'
import { EmailSettings } from './settings.ts'

const smtp = { host: 'smtp.example.vn', user: 'a', password: 'b' }
const imap = { host: 'imap.example.vn', user: 'a', password: 'b' }

function problemsOf(settings: object): string {
  const all = { from: 'motcua@example.vn', smtp, imap, ...settings }
  assert.deepEqual(fillSettings(EmailSettings, all), [])
  return checkSettings(all as unknown as EmailSettings).join('; ')
}

describe('email: settings', () => {
  it('takes what the README shows', () => {
    assert.equal(problemsOf({ plusAddress: true, documents: { to: 'vanthu@example.vn' } }), '')
  })

  it('names each setting that cannot be, and why', () => {
    const cases: readonly (readonly [object, RegExp])[] = [
      [{ from: 'a@b.vn, c@d.vn' }, /^\/from must be an e-mail address/],
      [{ from: `${'a'.repeat(40)}@b.vn`, plusAddress: true }, /^\/from must have at most 31 letters/],
      [{ from: 'a+b@c.vn', plusAddress: true }, /^\/from must have no \+/],
      [{ fromName: 'x\ny' }, /no line breaks/],
      [{ smtp: undefined, imap: undefined }, /at least one of smtp and imap/],
      [{ smtp: undefined, documents: { to: 'a@b.vn' } }, /\/documents needs smtp/],
      [{ documents: { to: 'Tên <a@b.vn>' } }, /\/documents\/to/],
      [{ imap: { ...imap, copies: { address: 'abc' } } }, /\/imap\/copies\/address/],
      [{ smtp: { ...smtp, host: 'a b' } }, /\/smtp\/host/],
      [{ smtp: { ...smtp, passwordFile: '/x' } }, /\/smtp needs one of password/],
      [{ smtp: { host: 'a.vn', user: 'a' } }, /\/smtp needs both user and password/],
      [{ smtp: { ...smtp, security: 'none' } }, /in the clear/],
      [{ imap: { host: 'a.vn' } }, /\/imap\/user/]
    ]
    for (const [settings, problem] of cases) {
      const given = Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined))
      const left = Object.keys(settings).filter((name) => !(name in given))
      const base = { from: 'motcua@example.vn', smtp, imap, ...given } as Record<string, unknown>
      for (const name of left) delete base[name]
      assert.deepEqual(fillSettings(EmailSettings, base), [])
      assert.match(checkSettings(base as unknown as EmailSettings).join('; '), problem)
    }
  })
})
