import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { before, describe, it, type TestContext } from 'node:test'
import { ImapFlow } from 'imapflow'
import { createTransport } from 'nodemailer'
import { type Slapd, startSlapd } from '#deploy/servers/slapd.ts'
import { retry } from '#protocol/timing/retry.ts'
import { afterSuite } from '#tests/helpers/servers/cleanup.ts'
import { type DirectoryMail, startDirectoryMail } from '#tests/helpers/servers/directory-mail.ts'
import { needs } from '#tests/helpers/servers/needs.ts'
import {
  bindPassword,
  changed,
  closed,
  opened,
  openInstance,
  settingsFor,
  temporaryFolder
} from './fixtures/open.ts'

const longestMs = 20_000

describe('accounts and mailboxes', needs('slapd', 'dovecot', 'opensmtpd', 'opensmtpd-ldap'), () => {
  const cleanup = afterSuite()
  let slapd: Slapd
  let mail: DirectoryMail
  before(async () => {
    slapd = await startSlapd(cleanup, bindPassword)
    mail = await startDirectoryMail(cleanup, slapd)
  })

  async function open(t: TestContext) {
    const folder = temporaryFolder(t)
    const instance = await openInstance(settingsFor(slapd, folder, { doveadm: mail.doveadm }))
    t.after(() => instance.close())
    const handedOut = (staffNumber: string) =>
      JSON.parse(readFileSync(join(folder, `${staffNumber}.json`), 'utf8'))
    return { ...instance, handedOut }
  }

  async function signIn(t: TestContext, user: string, pass: string): Promise<ImapFlow> {
    const imap = new ImapFlow({
      host: '127.0.0.1',
      port: mail.ports.imap,
      secure: false,
      auth: { user, pass },
      logger: false
    })
    imap.on('error', () => {})
    t.after(() => imap.close())
    await imap.connect()
    return imap
  }

  async function send(to: string): Promise<string> {
    const smtp = createTransport({ host: '127.0.0.1', port: mail.ports.smtp, secure: false, ignoreTLS: true })
    try {
      return (await smtp.sendMail({ from: 'dan@elsewhere.test', to, subject: 'Hỏi', text: 'Hỏi' })).response
    } catch (error) {
      return String((error as { readonly response?: string }).response ?? error)
    } finally {
      smtp.close()
    }
  }

  async function untilMails(imap: ImapFlow, count: number): Promise<void> {
    const look = async (): Promise<void> => {
      const status = await imap.status('INBOX', { messages: true })
      assert.equal(status ? status.messages : undefined, count)
    }
    await retry(look, { waitMs: () => 50, longestMs })
  }

  it('who leaves: the account is locked, the open session ends, no mail is taken, and the mailbox is kept', async (t) => {
    const { deliver, handedOut } = await open(t)
    await deliver(opened('NV-1', 'Nguyễn Văn Đi'))
    await deliver(opened('NV-2', 'Nguyễn Văn Ở'))
    const [leaver, other] = [handedOut('NV-1'), handedOut('NV-2')]
    const session = await signIn(t, leaver.address, leaver.password)
    const otherSession = await signIn(t, other.address, other.password)
    assert.match(await send(leaver.address), /^250/)
    await untilMails(session, 1)
    await session.mailboxOpen('INBOX')
    const ended = new Promise((resolve) => session.once('close', resolve))

    await deliver(closed('NV-1'))

    await ended
    await assert.rejects(signIn(t, leaver.address, leaver.password))
    await assert.rejects(signIn(t, leaver.name, leaver.password))
    assert.match(await send(leaver.address), /^550/)
    // Nobody else is touched, and the mailbox is there when the person comes back.
    await untilMails(otherSession, 0)
    assert.match(await send(other.address), /^250/)
    await untilMails(otherSession, 1)
    await deliver(opened('NV-1', 'Nguyễn Văn Đi', { effectiveDate: '2026-11-25' }))
    await untilMails(await signIn(t, leaver.address, handedOut('NV-1').password), 1)
  })

  it('mail to a former name arrives, mail to a name that nobody has does not', async (t) => {
    const { deliver, handedOut } = await open(t)
    await deliver(opened('NV-20', 'Lê Thị Trước'))
    const { address, password } = handedOut('NV-20')
    await deliver(changed('NV-20', 'Lê Thị Sau', { change: 'RENAMED' }))
    const session = await signIn(t, 'sau.lt@bus.test', password)
    assert.match(await send(address), /^250/)
    assert.match(await send('sau.lt@bus.test'), /^250/)
    assert.match(await send('nobody.else@bus.test'), /^550/)
    assert.match(await send('*@bus.test'), /^5/)
    await untilMails(session, 2)
  })

  it('who is on leave gets mail and cannot sign in', async (t) => {
    const { deliver, handedOut } = await open(t)
    await deliver(opened('NV-30', 'Trần Nghỉ Phép'))
    const { address, password } = handedOut('NV-30')
    await deliver(changed('NV-30', 'Trần Nghỉ Phép', { change: 'SUSPENDED' }))
    await assert.rejects(signIn(t, address, password))
    assert.match(await send(address), /^250/)
    await deliver(changed('NV-30', 'Trần Nghỉ Phép', { change: 'RESUMED', effectiveDate: '2026-11-12' }))
    await untilMails(await signIn(t, address, password), 1)
  })

  it('a doveadm that does not take its key is told, after the account is locked', async (t) => {
    const { deliver, handedOut, session } = await open(t)
    await deliver(opened('NV-40', 'Vũ Khóa Sai'))
    const { address, password } = handedOut('NV-40')
    const wrong = { ...mail.doveadm, apiKey: 'wrong' }
    Object.assign(session.settings, { doveadm: wrong })
    await assert.rejects(deliver(closed('NV-40')), { code: 'BUS_PEER_FAILED' })
    assert.match(slapd.search('(employeeNumber=NV-40)', 'employeeType'), /closed 2026-11-20/)
    await assert.rejects(signIn(t, address, password))
  })
})
