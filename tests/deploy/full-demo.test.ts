import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { describe, it, type TestContext } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { parse } from 'yaml'
import type { Client } from '#client/client.ts'
import { createClient } from '#client/create-client.ts'
import type { InboxItem } from '#client/inbox.ts'
import { signedHeaders } from '#connectors/document/transport/axis-headers.ts'
import {
  centre,
  citizen,
  commune,
  consulted,
  department,
  ministry,
  personnel,
  services,
  webPortal
} from '#deploy/demo/full/cast.ts'
import { readInbox } from '#deploy/demo/full/mailbox.ts'
import { cli } from '../helpers/demo-bus.ts'
import { needs } from '../helpers/servers/needs.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'

interface StartedDemo {
  readonly folder: string
  /** What it has printed. */
  output(): string
  /** Resolves with its exit code. */
  readonly ended: Promise<number | null>
}

/** The command with `--full`, as `npm start` runs it. */
function startDemo(t: TestContext, words: readonly string[], environment: object = {}): StartedDemo {
  t.after(async () => {
    child.kill('SIGTERM')
    await ended
  })
  const folder = temporaryFolder(t)
  const args = [
    cli,
    'demo',
    '--full',
    '--lang',
    'en',
    '--data',
    folder,
    '--port',
    '0',
    '--management-port',
    '0',
    ...words
  ]
  const env = { ...process.env, ...environment }
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'], env })
  let printed = ''
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    printed += chunk
  })
  const ended = once(child, 'close').then(([code]) => code as number | null)
  return { folder, output: () => printed, ended }
}

/** The next group of what a pattern finds in the output. */
function found(output: string, pattern: RegExp): string {
  const [, group] = pattern.exec(output) ?? []
  assert.ok(group, `${pattern} is not in:\n${output}`)
  return group
}

/** The steps as they were printed, each with its type, from and to; those of one group happen at the same time. */
function assertSteps(output: string, ...groups: readonly (readonly string[])[]): void {
  const steps = [...output.matchAll(/^ {4}(\w+\.[\w-]+\.v1): .* \((\S+)\) → .* \((\S+)\)$/gm)].map(
    ([, type, from, to]) => `${type} ${from} ${to}`
  )
  const inGroups = groups.map(({ length }) => steps.splice(0, length).sort())
  assert.deepEqual([...inGroups, steps], [...groups.map((group) => [...group].sort()), []])
}

const accountSteps = [`account.opened.v1 ${personnel.code} ${centre.code}`]
const receivedSteps = [
  `dossier.received.v1 ${commune.code} ${services.code}`,
  `dossier.received.v1 ${commune.code} ${department.code}`
]
const supplementSteps = [`dossier.supplement-requested.v1 ${commune.code} ${services.code}`]
const smsSteps = [
  `notification.requested.v1 ${commune.code} ${centre.code}`,
  `notification.delivered.v1 ${centre.code} ${commune.code}`
]
const mailSteps = [
  `notification.requested.v1 ${commune.code} ${centre.code}`,
  `notification.answered.v1 ${centre.code} ${commune.code}`
]
const processedSteps = [
  `dossier.record-changed.v1 ${commune.code} ${services.code}`,
  `dossier.status-changed.v1 ${department.code} ${commune.code}`,
  `dossier.status-changed.v1 ${commune.code} ${services.code}`
]
const documentSteps = [
  `document.issued.v1 ${department.code} ${consulted.code}`,
  `document.status-changed.v1 ${consulted.code} ${department.code}`,
  `document.issued.v1 ${consulted.code} ${department.code}`,
  `document.issued.v1 ${department.code} ${ministry.code}`,
  `document.status-changed.v1 ${ministry.code} ${department.code}`
]
const completedSteps = [
  `dossier.completed.v1 ${department.code} ${commune.code}`,
  `dossier.completed.v1 ${commune.code} ${services.code}`,
  `dossier.completed.v1 ${commune.code} ${services.code}`
]
const before = [accountSteps, receivedSteps, supplementSteps]
const after = [processedSteps, documentSteps, completedSteps]

/** Every event of an agency's inbox, read with the key of one of its systems. */
async function inboxOf(demo: StartedDemo, name: string): Promise<readonly InboxItem[]> {
  return (await (await clientOf(demo, name)).page({ limit: 500 })).events
}

function clientOf({ folder, output }: StartedDemo, name: string): Promise<Client> {
  const [, code, system] = /^(.*)\.([^.]+)$/.exec(name) ?? []
  return createClient({
    gateway: found(output(), / runs at (http:\S+) /),
    system: `/agencies/${code}/systems/${system}`,
    key: JSON.parse(readFileSync(join(folder, 'keys', `${name}.jwk`), 'utf8'))
  })
}

/** A mailbox with citizens' mail, as its owner reads it. */
function inboxAt(output: string, address: string): ReturnType<typeof readInbox> {
  const [, port, password = ''] =
    new RegExp(`IMAP on 127.0.0.1:(\\d+) as ${address}, password "(.*)"`).exec(output) ?? []
  return readInbox({ port: Number(port), address, password })
}

/** Packages for the ministry, as its integration centre fetches them from the axis. */
async function onAxis(output: string): Promise<readonly string[]> {
  const [, url, systemId = '', secret = ''] =
    /document axis: (http:\S+), for .* SystemId (\S+), secret "(.*)"/.exec(output) ?? []
  const ask = async (operation: string, values: Readonly<Record<string, string>>): Promise<unknown> => {
    const headers = signedHeaders(values, { systemId, secret }, Date.now())
    const response = await fetch(`${url}/${operation}`, { method: 'POST', headers, body: '{}' })
    return ((await response.json()) as { readonly data: unknown }).data
  }
  const list = await ask('getReceivedEdocList', { servicetype: 'eDoc', messagetype: 'edoc' })
  const packages = (list as readonly { readonly docId: string }[]).map(async ({ docId }) =>
    Buffer.from(String(await ask('getEdoc', { docId })), 'base64').toString()
  )
  return Promise.all(packages)
}

/** Reads mail as the new official does, with what was handed out. */
async function assertSignsIn(output: string): Promise<void> {
  const staffNumber = found(output, /^A new official: .*, staff number (\S+)$/m)
  const [, port, folder = ''] = /officials: IMAP on 127.0.0.1:(\d+), .* in (\S+)$/m.exec(output) ?? []
  const file = join(folder, `${staffNumber}.json`)
  assert.equal(statSync(file).mode & 0o777, 0o600)
  const { address, password, fullName } = JSON.parse(readFileSync(file, 'utf8'))
  assert.match(output, new RegExp(`${fullName} logged in to mail by IMAP as ${address}, `))
  assert.deepEqual(await readInbox({ port: Number(port), address, password }), [])
  await assert.rejects(readInbox({ port: Number(port), address, password: 'another' }))
}

/** What the citizen has of the supplement request, and what the commune has of the answer. */
async function assertNotices(demo: StartedDemo, root: string): Promise<void> {
  const output = demo.output()
  const [notice, ...others] = await inboxAt(output, citizen.address)
  assert.equal(others.length, 0)
  assert.match(notice?.subject ?? '', new RegExp(`Yêu cầu bổ sung hồ sơ ${root}`))
  assert.match(notice?.text ?? '', new RegExp(`Hồ sơ ${root} cần bổ sung: Bản sao giấy chứng nhận`))
  const atDesk = await inboxAt(output, 'motcua@xamau3.example.vn')
  const reply = atDesk.find(({ from }) => from?.address === citizen.address)
  assert.ok(notice?.messageId && reply?.inReplyTo === notice.messageId)

  const phones = readFileSync(found(output, /Messages that came to phones: (\S+)$/m), 'utf8')
  assert.equal(phones, `UBND XA MAU → 84900000000: Ho so ${root} can bo sung: Ban sao giay chung nhan.\n`)

  const asker = `${commune.code}.thong-bao`
  const events = (await inboxOf(demo, asker)).map(({ event }) => event)
  const [answer, ...more] = events.filter(({ type }) => type === 'notification.answered.v1')
  assert.ok(answer && more.length === 0)
  assert.deepEqual([answer.correlationid, answer.data.caseSubject], [root, root])
  assert.equal(answer.data.text, 'Tôi gửi bản sao giấy chứng nhận.')
  const [file] = answer.data.attachments as unknown as readonly { name: string; sha256: string }[]
  assert.equal(file?.name, 'Bản sao giấy chứng nhận.pdf')
  const bytes = await buffer(await (await clientOf(demo, asker)).download(file.sha256))
  assert.equal(bytes.toString(), '%PDF-1.4\n% Bản sao mẫu\n')
}

const mailServers = ['slapd', 'dovecot', 'opensmtpd'] as const

describe('npm start -- --full', { concurrency: true }, () => {
  it(
    'plays one case through all kinds, in one flow, and leaves it to be looked at',
    needs('wordpress', 'sshd', ...mailServers),
    async (t) => {
      const demo = startDemo(t, [])
      // The last line of all, after what tells where to look.
      while (!/#login=.*\n/.test(demo.output())) {
        await Promise.race([pause(50), demo.ended.then(() => assert.fail(demo.output()))])
      }
      const output = demo.output()
      assertSteps(output, ...before, [...mailSteps, ...smsSteps], ...after)
      const [, root = '', linked = ''] = /One case: dossier (\S+), and (\S+) linked/.exec(output) ?? []

      const names = [
        ...[commune, department, services].map(({ code }) => `${code}.mot-cua`),
        ...[`${consulted.code}.qlvb`, `${ministry.code}.truc`, `${webPortal.code}.cong-thong-tin`],
        `${centre.code}.thu-dien-tu`
      ]
      for (const name of names) {
        const events = (await inboxOf(demo, name)).filter(({ event }) => event.type !== 'account.opened.v1')
        assert.ok(events.length > 0, name)
        for (const { event } of events)
          assert.equal(event.correlationid ?? event.subject, root, `${name} ${event.type}`)
      }
      const linkedEvents = (await inboxOf(demo, `${department.code}.mot-cua`)).filter(
        ({ event }) => event.subject === linked
      )
      assert.equal(linkedEvents[0]?.event.data.rootDossierCode, root)

      const settings = parse(readFileSync(join(demo.folder, 'connectors.yaml'), 'utf8')) as {
        readonly connectors: readonly { readonly kind: string }[]
      }
      const kinds = new Set(settings.connectors.map(({ kind }) => kind))
      assert.deepEqual([...kinds].sort(), [
        ...['directory', 'document', 'email', 'one-stop', 'portal', 'rest', 'sms', 'staff']
      ])
      await assertSignsIn(output)
      await assertNotices(demo, root)

      const site = found(output, /Cổng thông tin điện tử tỉnh mẫu: (http:\S+),/)
      const posts = await fetch(`${site}/?rest_route=/wp/v2/posts&search=${root}`)
      const [post, ...others] = (await posts.json()) as readonly {
        readonly content: { readonly rendered: string }
      }[]
      assert.equal(others.length, 0)
      assert.match(post?.content.rendered ?? '', new RegExp(`${root}.*Đã trả kết quả.*Ngày trả kết quả`, 's'))
      assert.doesNotMatch(post?.content.rendered ?? '', /Người Nộp|0900000000/)
      assert.match(await (await fetch(site)).text(), new RegExp(`<h2>Hồ sơ ${root}`))

      const [received, ...more] = await onAxis(output)
      assert.equal(more.length, 0)
      assert.match(received ?? '', new RegExp(`<edXML:ReferenceCodes>${linked}<`))
      assert.match(received ?? '', new RegExp(`<edXML:OrganId>${ministry.code}<`))
    }
  )

  it(
    '-- --once ends with 0, and names what is missing, how to install it, and what only root can start',
    needs('sshd', ...mailServers),
    async (t) => {
      const programs = temporaryFolder(t)
      const unshare = join(programs, 'unshare')
      writeFileSync(unshare, '#!/bin/sh\nexit 1\n') // As it answers whoever is not root.
      chmodSync(unshare, 0o755)
      const environment = { XDG_CACHE_HOME: temporaryFolder(t), PATH: `${programs}:${process.env.PATH}` }
      const demo = startDemo(t, ['--', '--once'], environment)
      assert.equal(await demo.ended, 0, demo.output())
      const output = demo.output()
      assert.match(
        output,
        /NOT PLAYED: portal \(WordPress\)\. Not installed: WordPress, MariaDB\. Run npm run servers/
      )
      assert.match(
        output,
        /NOT PLAYED: email \(OpenSMTPD and Dovecot\)\. OpenSMTPD .* start the demo as root/
      )
      assertSteps(output, ...before, smsSteps, ...after)
      assert.match(output, /Every step succeeded\.\n$/)
    }
  )

  it('-- --once ends with 1, and says which event did not come, to whom', needs('sshd'), async (t) => {
    const province = join(temporaryFolder(t), 'province.yaml')
    const closed = { code: consulted.code, name: consulted.name, closed: {} }
    const agencies = [{ code: '000.00.00.H03', name: 'UBND tỉnh mẫu' }, closed]
    writeFileSync(province, JSON.stringify({ agencies })) // YAML too.
    const words = ['--once', '--log-level', 'silent', '--province', province]
    const demo = startDemo(t, words, { XDG_CACHE_HOME: temporaryFolder(t) })
    assert.equal(await demo.ended, 1, demo.output())
    const missing = /^FAILED step: no document\.issued\.v1 about \S+,\S+ came from Sở mẫu C to Sở mẫu D: /m
    assert.match(demo.output(), missing)
    assert.doesNotMatch(demo.output(), /Every step succeeded/)
  })
})
