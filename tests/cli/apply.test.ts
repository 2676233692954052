import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import { generateKey } from '#protocol/trust/jwk.ts'
import { agencyOf, startApplying, statusOf } from '../helpers/applying.ts'
import { oneLine, startOperator } from '../helpers/operator.ts'
import { actOnSystem, codes, systemOf } from '../helpers/test-bus.ts'

describe('lienthong apply', () => {
  it('says that nothing differs where the file is as the bus, with exit code 0', async (t) => {
    const { write, apply, acts } = await startApplying(t)
    write(() => {})
    const before = await acts()
    const { code, stdout } = await apply('--prune')
    assert.deepEqual([code, await acts()], [0, before])
    assert.match(stdout, /^Nothing to change: [^\n]+\n$/)
  })

  it('says in words what is to be done, with exit code 2 if it only shows it, and 0 once it is done', async (t) => {
    const { bus, write, apply, acts } = await startApplying(t)
    const { publicJwk } = await generateKey('x-1', 'EdDSA')
    write((province) => {
      agencyOf(province, codes.A).name = 'Cơ quan Anh'
      province.agencies.unshift(
        // Before its parent.
        { code: '001.00.00.H77', name: 'Xã mẫu', parent: '000.00.00.H77' },
        {
          code: '000.00.00.H77',
          name: 'Tỉnh mẫu',
          systems: [
            {
              name: 'qlvb',
              roles: ['auditor'],
              keys: [publicJwk as never],
              publish: [{ type: 'document.issued.v1', recipients: '*' }]
            }
          ]
        }
      )
      province.agreements?.push({
        ...(province.agreements[0] ?? assert.fail()),
        id: 'x-a',
        provider: '000.00.00.H77'
      })
    })
    const before = await acts()
    const shown = await apply('--dry-run')
    const planned = [
      'Will add the agency Tỉnh mẫu, 000.00.00.H77.',
      'Will add the agency Xã mẫu, 001.00.00.H77, under Tỉnh mẫu, 000.00.00.H77.',
      `Will change the agency Cơ quan Anh, ${codes.A}: name: "Cơ quan A" → "Cơ quan Anh".`,
      'Will draft the agreement /agreements/x-a: Provider: Tỉnh mẫu, 000.00.00.H77;',
      'Will sign the agreement /agreements/x-a',
      'Will add /agencies/000.00.00.H77/systems/qlvb (Tỉnh mẫu, 000.00.00.H77), with roles auditor.',
      'Will add the key x-1 to /agencies/000.00.00.H77/systems/qlvb (Tỉnh mẫu, 000.00.00.H77)',
      'Will let /agencies/000.00.00.H77/systems/qlvb (Tỉnh mẫu, 000.00.00.H77) publish Document sent (document.issued.v1); may send to: every agency.'
    ]
    const lines = shown.stdout.trim().split('\n')
    for (const [index, text] of planned.entries()) assert.ok(lines[index]?.startsWith(text), lines[index])
    assert.match(
      lines.at(-1) ?? '',
      /^The bus differs from the file\. Acts to do: 8; .*Nothing was changed\.$/
    )
    assert.deepEqual([shown.code, await acts()], [2, before])

    const done = await apply()
    assert.equal(done.code, 0)
    assert.equal(done.stdout.match(/^Done: /gm)?.length, 8)
    assert.match(done.stdout, /\nActs done: 8\. The bus is as the file says\.\n$/)
    assert.match((await apply('--dry-run')).stdout, /^Nothing to change/)
    assert.equal(await statusOf(bus, '/v1/agreements/x-a'), 'signed')
  })

  it('names with its line what differs and no act can change, and does the rest', async (t) => {
    const { bus, file, write, apply } = await startApplying(t)
    await actOnSystem(bus.operator, systemOf('A'), { act: 'key.retired', kid: 'key-A' })
    await actOnSystem(bus.operator, systemOf('C'), { act: 'system.revoked' })
    const { last: previous } = await bus.operator.get<{ last: string }>('/v1/agreements/a-b-dossiers')
    const ended = { act: 'agreement.ended', resource: '/agreements/a-b-dossiers', previous }
    await bus.operator.act('/v1/agreements', ended)
    write((province) => {
      Object.assign(agencyOf(province, codes.B), { validFrom: '2026-01-01', name: 'Cơ quan Bắc' })
      Object.assign(agencyOf(province, codes.B).systems?.[0] ?? assert.fail(), {
        ...{ title: 'QLVB', roles: ['auditor'], hosted: true }
      })
    })
    const { code, stdout } = await apply()
    assert.equal(code, 2)
    assert.match(stdout, /^Done: Agency changed: /m)
    const lines = readFileSync(file, 'utf8').split('\n')
    const named = [...stdout.matchAll(/^(\S+?):(\d+): (.*)$/gm)].map(([, where, line, text = '']) => {
      assert.equal(where, file)
      return `${lines[Number(line) - 1]?.trim()} | ${text.replace(/\. .*/, '')}`
    })
    const b = `${systemOf('B')} (Cơ quan Bắc, ${codes.B})`
    assert.deepEqual(named, [
      `validFrom: 2026-01-01 | validFrom of the agency Cơ quan Bắc, ${codes.B} is "2026-01-01" in the file and not set in the bus`,
      `- kty: OKP | the key key-A of ${systemOf('A')} (Cơ quan A, ${codes.A}) is expired or retired`,
      `title: QLVB | title of ${b} is "QLVB" in the file and not set in the bus`,
      `roles: | roles of ${b} is "auditor" in the file and not set in the bus`,
      `hosted: true | hosted of ${b} is true in the file and false in the bus`,
      `- name: qlvb | ${systemOf('C')} (Cơ quan C, ${codes.C}) is revoked, and its name cannot be used again`,
      '- id: a-b-dossiers | the agreement /agreements/a-b-dossiers has ended'
    ])
    assert.match(stdout, /kept: 0; what no act can change: 7\.\n$/)
  })

  it('speaks Vietnamese by LANG, and prints one JSON value a line with --json', async (t) => {
    const { write, apply } = await startApplying(t, 'vi_VN.UTF-8')
    write((province) => {
      agencyOf(province, codes.A).name = 'Cơ quan Anh'
      agencyOf(province, codes.C).validFrom = '2026-01-01'
      province.agreements = []
    })
    const { stdout } = await apply('--dry-run')
    assert.match(stdout, /^Sẽ sửa cơ quan Cơ quan Anh, /)
    assert.match(stdout, /^Không có trong tệp: thỏa thuận \/agreements\/a-b-dossiers \(Đang hiệu lực\)/m)
    assert.match(stdout, /: validFrom của cơ quan .* trên trục là không có\./)
    assert.doesNotMatch(stdout, /\b(?:the|Will|is)\b/)
    const { stdout: json } = await apply('--json')
    const values = json
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, Record<string, unknown>>)
    assert.deepEqual(
      values.map((value) => Object.keys(value)[0]),
      ['planned', 'left', 'fixed', 'done', 'summary']
    )
    assert.equal(values[0]?.planned?.act, 'agency.changed')
    assert.deepEqual(values.at(-1)?.summary, { acts: 1, left: 1, fixed: 1, differs: true })
  })

  it('answers a file that is not there with one line', async (t) => {
    const { run } = await startOperator(t)
    assert.match(oneLine(await run('apply', '/nowhere.yaml')), /^The file \/nowhere\.yaml cannot be read/)
  })
})
