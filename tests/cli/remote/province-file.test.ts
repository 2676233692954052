import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { faultText } from '#cli/province-fault-texts.ts'
import { type LocatedFault, readProvince } from '#cli/remote/province-file.ts'
import { generateKey } from '#protocol/trust/jwk.ts'
import { repository } from '#tests/helpers/demo-bus.ts'
import { temporaryFolder } from '../../helpers/temporary-folder.ts'

const key = (await generateKey('k-1', 'EdDSA')).publicJwk
const written = (kid: string): string => JSON.stringify({ ...key, kid })

/** Each file, and its faults with their lines. */
const cases: Readonly<Record<string, readonly [string, ...(readonly string[])]>> = {
  'no YAML': ['agencies:\n  - code: "H77\n', '3 yaml'],
  'a setting twice': ['agencies: []\nagencies: []\n', '2 yaml'],
  'a second document': ['agencies: []\n---\nagencies: []\n', '2 yaml'],
  nothing: ['', '1 setting.type'],
  'a list': ['- agencies\n', '1 setting.type'],
  'no agencies': ['agreements: []\n', '1 setting.missing'],
  'unknown settings at each depth': [
    `agencies:
  - code: H1
    name: A
    color: red
    closed:
      when: now
    systems:
      - name: x
        rights: []
        publish:
          - type: document.issued.v1
            recipients: '*'
            to: all
extra: 1
`,
    ...['4 setting.unknown', '6 setting.unknown', '9 setting.unknown', '13 setting.unknown'],
    '14 setting.unknown'
  ],
  'an item that is no group of settings': [
    'agencies:\n  - code: H1\n    name: A\n  - H2\n',
    '4 setting.type'
  ],
  'a code that is a number': ['agencies:\n  - name: A\n    code: 77\n', '3 setting.type'],
  'names against their grammar': [
    `agencies:
  - code: H1.
    name: A
    systems:
      - name: Q_L
        keys:
          - { kid: 'a b', kty: OKP }
agreements:
  - id: A
    provider: h1
    consumer: H2
    types: [dossier.received.v1]
    purpose: x
    legalBasis: x
    validFrom: 2026-02-30T00:00:00Z
`,
    ...['2 grammar.code', '5 grammar.system', '7 grammar.kid', '9 grammar.agreement', '10 grammar.code'],
    '15 grammar.date-time'
  ],
  'everything twice': [
    `agencies:
  - { code: H1, name: A }
  - code: H2
    name: B
    systems:
      - name: x
        keys:
          - ${written('k-1')}
          - ${written('k-1')}
        publish:
          - { type: document.issued.v1, recipients: '*' }
          - { type: document.issued.v1, recipients: agreements }
      - name: x
  - { code: H1, name: A }
agreements:
  - &one { id: a, provider: H1, consumer: H2, types: [x.y.v1], purpose: x, legalBasis: x }
  - *one
`,
    ...['9 twice.key', '12 twice.right', '13 twice.system', '14 twice.agency', '17 twice.agreement']
  ],
  'one key for two systems': [
    `agencies:
  - code: H1
    name: A
    systems:
      - { name: x, keys: [${written('k-1')}] }
      - name: y
        keys:
          - ${written('k-2')}
`,
    '8 key.taken'
  ],
  'a private key, and one on no curve': [
    `agencies:
  - code: H1
    name: A
    systems:
      - name: x
        keys:
          - { ${Object.entries({ ...key, d: 'AAAA' }).map(([name, value]) => `${name}: "${value}"`)} }
          - { kty: OKP, crv: Ed25519, kid: k-2, x: ${'A'.repeat(43)} }
`,
    ...['7 key.private', '8 key.invalid']
  ],
  'agencies above themselves, and taking over from themselves': [
    `agencies:
  - { code: H1, name: A, parent: H2 }
  - { code: H2, name: B, parent: H3 }
  - { code: H3, name: C, parent: H2 }
  - { code: H4, name: D, closed: { successor: H4 } }
`,
    ...['3 agency.circle', '5 agency.circle']
  ],
  'more aliases than any reader bears': [
    `a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: [*c,*c,*c]\n`,
    '1 yaml'
  ]
}

describe('a province file', () => {
  const faultsOf = async (text: string, folder: string): Promise<readonly LocatedFault[]> => {
    const file = join(folder, 'province.yaml')
    writeFileSync(file, text)
    return (await readProvince(file)).faults
  }

  for (const [what, [text, ...expected]] of Object.entries(cases)) {
    it(`with ${what} has these faults, on these lines`, async (t) => {
      const faults = await faultsOf(text, temporaryFolder(t))
      assert.deepEqual(
        faults.map(({ line, fault }) => `${line} ${fault}`),
        expected
      )
      for (const fault of faults)
        for (const language of ['vi', 'en'] as const)
          assert.doesNotMatch(faultText(fault, language), /[{}]|undefined/, 'a text has a placeholder left')
    })
  }

  it('with a fault in a key never quotes the key', async (t) => {
    const { d } = (await generateKey('k-1', 'EdDSA')).privateJwk
    const folder = temporaryFolder(t)
    const texts = [
      `agencies:\n - { code: H1, name: A, systems: [{ name: x, keys: [{ kid: k, d: ${d} }] }] }\n`,
      `agencies:\n - { code: H1, name: A, systems: [{ name: x, keys: [{ kid: k, d: ${d} \n`,
      `agencies:\n - { code: H1, name: A, systems: [{ name: x, keys: [ ${d} ] }] }\n`
    ]
    for (const text of texts) {
      const faults = await faultsOf(text, folder)
      assert.ok(faults.length > 0)
      for (const fault of faults) assert.ok(!JSON.stringify([fault, faultText(fault, 'en')]).includes(d))
    }
  })

  it('of the demo has none', async () => {
    assert.deepEqual((await readProvince(join(repository, 'deploy', 'demo', 'province.yaml'))).faults, [])
  })
})
