import assert from 'node:assert/strict'
import { before, describe, it } from 'node:test'
import { afterSuite } from '../../helpers/servers/cleanup.ts'
import { needs } from '../../helpers/servers/needs.ts'
import { temporaryFolder } from '../../helpers/temporary-folder.ts'
import { type FirstSync, openFirstSync } from './first-sync.ts'
import { staffList } from './staff-list.ts'

const people = 40

describe('a list of staff becomes accounts', needs('slapd', 'dovecot', 'opensmtpd', 'opensmtpd-ldap'), () => {
  const cleanup = afterSuite()
  let sync: FirstSync
  before(async () => {
    sync = await openFirstSync(cleanup, temporaryFolder(cleanup))
  })

  it('everybody gets one account, address, mailbox and password; the list again changes nothing', async () => {
    const list = staffList(people)
    await sync.take('1.csv', list)
    await sync.untilAccounts(people)
    const counts = { accounts: people, addresses: people, mailboxes: people, passwords: people }
    assert.deepEqual(await sync.found(), { ...counts, signsIn: true })
    await sync.take('2.csv', list)
    assert.deepEqual(await sync.found(), { ...counts, signsIn: true })
    assert.equal(sync.events(), people)
  })

  it('compare finds by the events on the bus what differs, and fixes it once the number is said', async () => {
    const { compare, slapd } = sync
    const [first = '', second = ''] = slapd.search('(employeeNumber=*)', 'dn').match(/(?<=^dn: ).+/gm) ?? []
    slapd.apply(`dn: ${first}\nchangetype: delete\n`)
    slapd.apply(`dn: ${second}\nchangetype: modify\nreplace: title\ntitle: Giám đốc\n`)
    const found = await compare('--fix')
    assert.equal(found.code, 1)
    assert.match(found.stdout, /missing: no account\n/)
    assert.match(found.stdout, /differs: title\n/)
    assert.match(found.stderr, /--count 2/)
    const fixed = await compare('--fix', '--count', '2')
    assert.equal(fixed.code, 0, fixed.stderr)
    assert.match((await compare()).stdout, new RegExp(`^${people} people, 0 differences, 0 to fix\n$`))
  })
})
