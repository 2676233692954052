import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it, type TestContext } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { parse } from 'yaml'
import { createClient } from '#client/create-client.ts'
import type { InboxItem } from '#client/inbox.ts'
import { signedHeaders } from '#connectors/document/transport/axis-headers.ts'
import { commune, consulted, department, ministry, services, webPortal } from '#deploy/demo/full/cast.ts'
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
  const args = [cli, 'demo', '--full', '--data', folder, '--port', '0', '--management-port', '0', ...words]
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

/** Each step as it was told: its type, from and to. */
function stepsIn(output: string): readonly string[] {
  return [...output.matchAll(/^ {2}(\w+\.[\w-]+\.v1): .* \((\S+)\) → .* \((\S+)\)$/gm)].map(
    ([, type, from, to]) => `${type} ${from} ${to}`
  )
}

const dossierSteps = [
  `dossier.received.v1 ${commune.code} ${services.code}`,
  `dossier.received.v1 ${commune.code} ${department.code}`,
  `dossier.status-changed.v1 ${department.code} ${commune.code}`,
  `dossier.status-changed.v1 ${commune.code} ${services.code}`
]
const consultedSteps = [
  `document.issued.v1 ${department.code} ${consulted.code}`,
  `document.status-changed.v1 ${consulted.code} ${department.code}`,
  `document.issued.v1 ${consulted.code} ${department.code}`
]
const axisSteps = [
  `document.issued.v1 ${department.code} ${ministry.code}`,
  `document.status-changed.v1 ${ministry.code} ${department.code}`
]
const completedSteps = [
  `dossier.completed.v1 ${department.code} ${commune.code}`,
  `dossier.completed.v1 ${commune.code} ${services.code}`,
  `dossier.completed.v1 ${commune.code} ${services.code}`
]

/** Every event of an agency's inbox, read with the key of one of its systems. */
async function inboxOf({ folder, output }: StartedDemo, name: string): Promise<readonly InboxItem[]> {
  const [, code, system] = /^(.*)\.([^.]+)$/.exec(name) ?? []
  const client = await createClient({
    gateway: found(output(), / on (http:\S+) /),
    system: `/agencies/${code}/systems/${system}`,
    key: JSON.parse(readFileSync(join(folder, 'keys', `${name}.jwk`), 'utf8'))
  })
  return (await client.page({ limit: 500 })).events
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

describe('npm start -- --full', { concurrency: true }, () => {
  it(
    'plays one case through all kinds, in one flow, and leaves it to be looked at',
    needs('wordpress', 'sshd'),
    async (t) => {
      const demo = startDemo(t, [])
      while (!demo.output().includes('Ready')) {
        await Promise.race([pause(50), demo.ended.then(() => assert.fail(demo.output()))])
      }
      const output = demo.output()
      assert.deepEqual(stepsIn(output), [...dossierSteps, ...consultedSteps, ...axisSteps, ...completedSteps])
      const [, root = '', linked = ''] = /One case: dossier (\S+), and (\S+) linked/.exec(output) ?? []

      const names = [
        ...[commune, department, services].map(({ code }) => `${code}.mot-cua`),
        ...[`${consulted.code}.qlvb`, `${ministry.code}.truc`, `${webPortal.code}.cong-thong-tin`]
      ]
      for (const name of names) {
        const events = await inboxOf(demo, name)
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
      assert.deepEqual([...kinds].sort(), ['document', 'one-stop', 'portal', 'rest'])

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
    '-- --once ends with 0, and names a server that is missing and how to install it',
    needs('sshd'),
    async (t) => {
      const demo = startDemo(t, ['--', '--once'], { XDG_CACHE_HOME: temporaryFolder(t) })
      assert.equal(await demo.ended, 0, demo.output())
      const output = demo.output()
      assert.match(
        output,
        /NOT PLAYED: portal \(WordPress\)\. WordPress with MariaDB is not installed: npm run servers/
      )
      assert.deepEqual(stepsIn(output), [...dossierSteps, ...consultedSteps, ...axisSteps, ...completedSteps])
      assert.match(output, /npx lienthong inbox --gateway/)
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
