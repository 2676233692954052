import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it, type TestContext } from 'node:test'
import { generateKey } from '#protocol/trust/jwk.ts'
import { keyIn } from '#runtime/keyring.ts'
import { type Ran, runPlain, startOperator } from '../helpers/operator.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'
import { codes, type TestBus } from '../helpers/test-bus.ts'

interface Applying {
  readonly bus: TestBus
  readonly apply: (text: string, ...flags: readonly string[]) => Promise<Ran>
  readonly acts: () => Promise<number>
}

async function startApplying(t: TestContext, lang?: string): Promise<Applying> {
  const { bus, run } = await startOperator(t, lang)
  const file = join(bus.folder, 'p.yaml')
  return {
    bus,
    apply(text, ...flags) {
      writeFileSync(file, text)
      return run('apply', file, ...flags)
    },
    async acts() {
      const [newest] = (await bus.operator.get<{ items: { number: number }[] }>('/v1/acts?limit=1')).items
      return newest?.number ?? 0
    }
  }
}

/** Line and kind of each fault, as printed with `--json`. */
function faultsIn(stdout: string): readonly string[] {
  const lines = stdout.trim().split('\n')
  return lines.map((line) => {
    const { fault } = JSON.parse(line) as {
      readonly fault: { readonly line: number; readonly fault: string }
    }
    return `${fault.line} ${fault.fault}`
  })
}

const terms = 'types: [dossier.received.v1], purpose: Kiểm thử, legalBasis: Quyết định mẫu'

describe('lienthong apply, given a file with faults', () => {
  it('reports all of them at once, of the file and beside the state, each with its line, and sends nothing', async (t) => {
    const { bus, apply, acts } = await startApplying(t)
    const other = { ...(await generateKey('key-A', 'EdDSA')).publicJwk }
    const secret = (await generateKey('x-1', 'EdDSA')).privateJwk
    await bus.operator.act('/v1/agencies', {
      ...{ act: 'agency.added', resource: '/agencies/H1', name: 'Đóng', previous: null }
    })
    const { last: previous } = await bus.operator.get<{ last: string }>('/v1/agencies/H1')
    await bus.operator.act('/v1/agencies', { act: 'agency.closed', resource: '/agencies/H1', previous })
    const before = await acts()
    const text = `agencies:
  - code: ${codes.A}
    name: Cơ quan A
    colour: red
    systems:
      - name: qlvb
        keys:
          - ${JSON.stringify(other)}
          - ${JSON.stringify({ ...bus.keys.B.publicJwk, kid: 'mine' })}
          - ${JSON.stringify(secret)}
        publish:
          - { type: document.isued.v1, recipients: '*' }
          - { type: dossier.received.v1, recipients: '*' }
  - code: h77
    name: Mới
    parent: H404
  - { code: H78, name: Dưới, parent: H1 }
  - { code: H1, name: Đóng, closed: {}, systems: [{ name: x }] }
agreements:
  - { id: a-b-dossiers, provider: ${codes.A}, consumer: ${codes.C}, ${terms} }
  - { id: new-1, provider: ${codes.A}, consumer: H404, ${terms} }
  - { id: new-2, provider: H1, consumer: ${codes.A}, ${terms} }
`
    const { code, stdout, stderr } = await apply(text)
    assert.deepEqual([code, stdout, await acts()], [1, '', before])
    assert.deepEqual(faultsIn((await apply(text, '--json')).stdout), [
      '4 setting.unknown',
      '8 key.changed',
      '9 key.held',
      '10 key.private',
      '12 type.unknown',
      '13 right.wide',
      '14 grammar.code',
      '16 agency.unknown',
      '17 agency.closed',
      '18 agency.closed',
      '20 agreement.terms',
      '21 agency.unknown',
      '22 agency.closed'
    ])
    assert.equal(stderr.match(/^\S+p\.yaml:\d+: /gm)?.length, 13)
    assert.match(stderr, /Known are: document\.issued\.v1, document\.recalled\.v1,/)
    assert.match(stderr, /Faults in the file .*p\.yaml: 13\. Nothing was sent\. Correct the file[^\n]*\n$/)
    assert.doesNotMatch(stderr, new RegExp(secret.d))
  })

  it('accepts a parent and a party that only the bus has, or that come later in the file', async (t) => {
    const { apply } = await startApplying(t)
    const { code, stderr } = await apply(
      `agencies:
  - { code: H79, name: Dưới, parent: H78 }
  - { code: H78, name: Trên, parent: ${codes.A} }
agreements:
  - { id: new, provider: H79, consumer: ${codes.B}, ${terms} }
`,
      '--dry-run'
    )
    assert.deepEqual([code, stderr], [2, ''])
  })

  it('says what is wrong with the file where the gateway does not answer', async (t) => {
    const folder = temporaryFolder(t)
    const [file, key] = [join(folder, 'p.yaml'), join(folder, 'key.jwk')]
    writeFileSync(file, 'agencies:\n  - name: x\n')
    await keyIn(key, 'a-1')
    const gateway = 'http://127.0.0.1:9'
    const { code, stderr } = await runPlain()('apply', file, '--gateway', gateway, '--key', key)
    assert.equal(code, 1)
    assert.match(stderr, /^\S+p\.yaml:2: code is missing\.\nThe gateway does not answer[^\n]*\n$/)
  })

  it('says each fault in Vietnamese by LANG, and as a JSON value a line with --json', async (t) => {
    const { apply } = await startApplying(t, 'vi_VN.UTF-8')
    const text = `agencies:\n  - { code: H77, name: Tỉnh mẫu, parent: H78 }\n`
    const { stderr } = await apply(text)
    assert.match(stderr, /p\.yaml:2: không có cơ quan H78 trong tệp cũng như trên trục\./)
    assert.match(stderr, /\nSố lỗi trong tệp .*: 1\. Chưa có gì được gửi đi\./)
    const { stdout } = await apply(text, '--json')
    const { fault } = JSON.parse(stdout) as { fault: { line: number; fault: string } }
    assert.deepEqual([fault.line, fault.fault], [2, 'agency.unknown'])
  })
})
