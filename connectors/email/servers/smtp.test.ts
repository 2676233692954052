import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { describe, it, type TestContext } from 'node:test'
import { createLogger } from '#engines/telemetry/logger.ts'
import { temporaryFolder } from '#tests/helpers/temporary-folder.ts'
import { isSigned } from '../fixtures/dkim.ts'
import type { SmtpSettings } from '../settings.ts'
import { openSmtp, type Submission } from './smtp.ts'

const log = { info() {}, warn() {} }
const citizen = 'nguyen.van.a@gmail.example'
const mail = {
  envelope: { from: 'bus@bus.test', to: [citizen, 'copy@bus.test'] as const },
  ...{
    from: 'Một cửa <bus@bus.test>',
    to: citizen,
    subject: 'Yêu cầu bổ sung hồ sơ',
    text: 'Kính gửi ông.\n.\n'
  }
}

interface OpenOptions {
  /** What it answers to a command instead of 250. */
  readonly answers?: Readonly<Record<string, string>>
  readonly dkim?: SmtpSettings['dkim']
}

/** A server that takes mail, what it was given, and a session with it. */
async function open(t: TestContext, { answers = {}, dkim }: OpenOptions = {}) {
  const given: string[] = []
  const server = createServer((socket) => {
    socket.on('error', () => {})
    socket.write('220 x ESMTP\r\n')
    let body: string | undefined
    socket.on('close', () => body === undefined || given.push(body))
    socket.on('data', (bytes) => {
      if (body !== undefined) {
        body += bytes.toString('latin1')
        if (!body.endsWith('\r\n.\r\n')) return
        given.push(body.slice(0, -3))
        body = undefined
        socket.write(`${answers.BODY ?? '250 taken'}\r\n`)
        return
      }
      for (const line of String(bytes).split('\r\n').filter(Boolean)) {
        const answer = Object.entries(answers).find(([begin]) => line.startsWith(begin))?.[1]
        if (line === 'DATA') body = ''
        socket.write(`${answer ?? (line === 'DATA' ? '354 go on' : '250 ok')}\r\n`)
      }
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  const settings = {
    ...{ host: '127.0.0.1', port, security: 'none', timeoutMs: 5000, connections: 1, reports: false },
    ...{ allowPrivateAddresses: true, attachmentBytes: 0, ...(dkim && { dkim }) }
  } as SmtpSettings
  t.after(() => server.close())
  const smtp: Submission = await openSmtp(settings, 'bus.test', log)
  t.after(() => smtp.close())
  return { given, submit: () => smtp.submit(mail, AbortSignal.timeout(10_000)) }
}

describe('email: mail with a copy', () => {
  it('is not given to a server that puts off its recipient: the copy would tell that it was sent', async (t) => {
    const { given, submit } = await open(t, { answers: { [`RCPT TO:<${citizen}>`]: '450 4.2.0 Greylisted' } })
    await assert.rejects(submit(), { code: 'BUS_PEER_FAILED' })
    assert.deepEqual(
      given.filter((body) => body !== ''),
      []
    )
  })

  it('is not given to a server that rejects its recipient', async (t) => {
    const { given, submit } = await open(t, {
      answers: { [`RCPT TO:<${citizen}>`]: '550 5.1.1 User unknown' }
    })
    assert.deepEqual(await submit(), { rejected: { reply: 550, text: '550 5.1.1 User unknown' } })
    assert.deepEqual(
      given.filter((body) => body !== ''),
      []
    )
  })

  it('is given where only the copy is not taken', async (t) => {
    const { given, submit } = await open(t, { answers: { 'RCPT TO:<copy': '452 4.2.2 Mailbox full' } })
    assert.deepEqual(await submit(), { response: '250 taken' })
    assert.equal(given.length, 1)
  })
})

describe('email: what is logged of a mail that is not taken', () => {
  const cases: Readonly<Record<string, Readonly<Record<string, string>>>> = {
    'its text': { BODY: `554 5.7.1 Mail for <${citizen}> refused` },
    'its recipient, for now': { RCPT: `450 4.2.0 <${citizen}>: Greylisted` },
    'its sender': { MAIL: `530 5.7.0 Authentication required for ${citizen}` },
    'a long answer': { BODY: `554 5.7.1 ${'x'.repeat(174)} ${citizen}` }
  }
  for (const [name, answers] of Object.entries(cases)) {
    it(`has no address of a person: ${name}`, async (t) => {
      const { submit } = await open(t, { answers })
      const error = await submit().then(
        () => assert.fail('it was taken'),
        (reason: unknown) => reason
      )
      let lines = ''
      const into = new Writable({
        write(chunk, _encoding, done) {
          lines += String(chunk)
          done()
        }
      })
      createLogger({ level: 'warn', destination: into }).warn({ err: error }, 'delivery failed')
      assert.match(lines, /BUS_PEER/)
      assert.doesNotMatch(lines, /nguyen|gmail/)
    })
  }
})

describe('email: DKIM', () => {
  const keyPair = (bits: number) => generateKeyPairSync('rsa', { modulusLength: bits })
  const pem = (key: { export: (options: { type: 'pkcs8'; format: 'pem' }) => string | Buffer }): string =>
    String(key.export({ type: 'pkcs8', format: 'pem' }))
  const withKey = (t: TestContext, text: string): NonNullable<SmtpSettings['dkim']> => {
    const keyFile = join(temporaryFolder(t), 'dkim.pem')
    writeFileSync(keyFile, text)
    return { domain: 'bus.test', selector: 'k1', keyFile }
  }

  it('signs what the server is given', async (t) => {
    const { privateKey, publicKey } = keyPair(2048)
    const { given, submit } = await open(t, { dkim: withKey(t, pem(privateKey)) })
    await submit()
    const sent = (given[0] ?? '').replaceAll('\r\n..', '\r\n.')
    assert.match(sent, /^DKIM-Signature:[^:]*d=bus\.test;[^:]*s=k1;/)
    assert.ok(isSigned(sent, publicKey))
    assert.ok(!isSigned(sent.replace('Subject: ', 'Subject: x'), publicKey))
    assert.ok(!isSigned(sent.replace(/\r\n$/, 'x\r\n'), publicKey))
  })

  it('does not start with a key that cannot be used: the mail would not be signed', async (t) => {
    const keys = {
      ...{ garbage: '-----BEGIN PRIVATE KEY-----\nxxxx\n-----END PRIVATE KEY-----\n', empty: '\n' },
      Ed25519: pem(generateKeyPairSync('ed25519').privateKey),
      'too short': pem(keyPair(512).privateKey)
    }
    for (const [name, text] of Object.entries(keys))
      await assert.rejects(
        open(t, { dkim: withKey(t, text) }),
        { code: 'BUS_PEER_CREDENTIALS', message: /smtp\.dkim\.keyFile/ },
        name
      )
  })
})
