import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { formatAddress, readAddress } from './address.ts'
import { isOwnMail } from './inbound/match.ts'
import { messageIdOf, namedIn, replyAddressOf } from './mail-id.ts'

describe('email: addresses', () => {
  it('takes what every mail server takes, with other letters in the domain only', () => {
    const taken = {
      'an@example.vn': 'an@example.vn',
      "o'neil+x.y@sub.example.vn": "o'neil+x.y@sub.example.vn",
      'van-thu@xã.example.vn': 'van-thu@xn--x-yfa.example.vn'
    }
    for (const [given, address] of Object.entries(taken)) {
      const read = readAddress(given)
      assert.equal(read && formatAddress(read), address)
    }
  })

  it('takes nothing that a library or a server could read as another address', () => {
    const others = [
      ...['', 'an', '@example.vn', 'an@', 'an@localhost', 'an@127.0.0.1', 'an@[127.0.0.1]', 'an@example.123'],
      ...[
        'a@b.vn\r\nBcc: evil@x.vn',
        'a@b.vn, c@d.vn',
        'a@b.vn>\r\nRCPT TO:<z@x.vn',
        '<a@b.vn>',
        'Tên <a@b.vn>'
      ],
      ...[
        'a b@x.vn',
        '"a b"@x.vn',
        'a(x)@b.vn',
        'a@b@c.vn',
        '.a@b.vn',
        'a..b@c.vn',
        'người@x.vn',
        'g:a@b.vn;'
      ],
      ...[
        `${'a'.repeat(65)}@b.vn`,
        `a@${'b'.repeat(64)}.vn`,
        `a@${'b.'.repeat(127)}vn`,
        'a@b.vn\0',
        'a@b\u2028.vn'
      ],
      ...['a@b%2evn', 'a@-b.vn', 'a@b_c.vn', 'a@b.vn?subject=x', 'a@b.vn#x']
    ]
    for (const other of others) assert.equal(readAddress(other), undefined, JSON.stringify(other))
  })
})

describe('email: names of sent mail', () => {
  const own = { local: 'motcua', domain: 'xa.example.vn' }
  const hash = 'ab'.repeat(32)

  it('finds its own mail in what answers name, whatever their case', () => {
    const id = messageIdOf(hash, own)
    const address = replyAddressOf(hash, { plusAddress: true }, own)
    assert.ok((address.split('@')[0] ?? '').length <= 64)
    assert.deepEqual(namedIn({ ids: [id], addresses: [] }, own), [{ hashOrTag: hash, isWhole: true }])
    assert.deepEqual(namedIn({ ids: [id.toUpperCase()], addresses: [address.toUpperCase()] }, own), [
      { hashOrTag: hash, isWhole: true }
    ])
    assert.deepEqual(namedIn({ ids: [], addresses: [address] }, own), [
      { hashOrTag: hash.slice(0, 32), isWhole: false }
    ])
  })

  it('takes no mail with an id of another domain for its own', () => {
    const isOwn = (id: string): boolean => isOwnMail([{ key: 'message-id', value: id }], own)
    assert.ok(isOwn(messageIdOf(hash, own)))
    assert.ok(!isOwn(messageIdOf(hash, { local: 'x', domain: 'evil.example' })))
    assert.ok(!isOwn(`<lt.${hash}@xa.example.vn.evil.example>`))
  })

  it('takes nothing of another form or mailbox for its own', () => {
    const ids = [`<${hash}@xa.example.vn>`, `<lt.${hash.slice(1)}@xa.example.vn>`]
    const addresses = [
      `other+${hash.slice(0, 32)}@xa.example.vn`,
      `motcua+${hash.slice(0, 31)}@xa.example.vn`,
      `motcua+${hash}@xa.example.vn`
    ]
    assert.deepEqual(namedIn({ ids, addresses }, own), [])
  })
})
