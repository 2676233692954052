import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it, type TestContext } from 'node:test'
import { promisify } from 'node:util'
import { bindPassword, settingsFor } from '#connectors/directory/fixtures/open.ts'
import { startSlapd } from '#deploy/servers/slapd.ts'
import { cli } from '../helpers/demo-bus.ts'
import { needs } from '../helpers/servers/needs.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'

const execute = promisify(execFile)

async function open(t: TestContext) {
  const slapd = await startSlapd(t, bindPassword)
  const [folder, passwords] = [temporaryFolder(t), temporaryFolder(t)]
  const path = (name: string): string => join(folder, name)
  const instance = {
    ...{ name: 'accounts', kind: 'directory', system: '/agencies/000.00.91.H03/systems/accounts' },
    ...{ keyFile: 'none.jwk', settings: settingsFor(slapd, passwords) }
  }
  writeFileSync(path('lienthong.yaml'), JSON.stringify({ connectors: [instance] }))
  const run = async (command: string, ...more: readonly string[]) => {
    const words = [cli, 'directory', command, 'accounts', '--config', path('lienthong.yaml'), ...more]
    try {
      return { code: 0, ...(await execute(process.execPath, words)) }
    } catch (error) {
      return error as { code: number; stdout: string; stderr: string }
    }
  }
  const staff = (...lines: readonly string[]): readonly [string, string] => {
    writeFileSync(path('staff.csv'), ['staffNumber,fullName,unit', ...lines].join('\n'))
    return ['--staff', path('staff.csv')]
  }
  return { slapd, run, staff, passwords }
}

describe('lienthong directory', needs('slapd'), () => {
  it('shows what differs, and does nothing until the number is said', async (t) => {
    const { run, staff, passwords } = await open(t)
    const all = staff('NV-1,Nguyễn Văn An,000.01.91.H03', 'NV-2,Trần Thị Đào,000.01.91.H03')
    const shown = await run('compare', ...all, '--fix')
    assert.equal(shown.code, 1)
    assert.match(shown.stdout, /NV-1 missing: no account/)
    assert.match(shown.stderr, /--count 2/)
    assert.match((await run('compare', ...all, '--fix', '--count', '3')).stderr, /Nothing was done/)
    assert.deepEqual(readdirSync(passwords), [])
    const fixed = await run('compare', ...all, '--fix', '--count', '2')
    assert.equal(fixed.code, 0)
    assert.deepEqual(readdirSync(passwords).toSorted(), ['NV-1.json', 'NV-2.json'])
    assert.match((await run('compare', ...all)).stdout, /2 people, 0 differences/)
  })

  it('removes only accounts that were closed long enough', async (t) => {
    const { run, staff, slapd } = await open(t)
    const all = staff('NV-1,Nguyễn Văn An,000.01.91.H03', 'NV-2,Trần Thị Đào,000.01.91.H03')
    await run('compare', ...all, '--fix', '--count', '2')
    const dn = `uid=an.nv,${slapd.peopleBase}`
    slapd.apply(`dn: ${dn}\nchangetype: modify\nreplace: employeeType\nemployeeType: closed 2020-01-05\n`)
    assert.match((await run('remove')).stdout, /^NV-1 an\.nv@bus\.test closed since 2020-01-05\n$/)
    const refused = await run('remove', 'NV-2')
    assert.equal(refused.code, 1)
    assert.match((await run('remove', 'NV-1')).stdout, /removed/)
    assert.doesNotMatch(slapd.search('(employeeNumber=*)', 'dn'), /an\.nv/)
    assert.match(slapd.search('(employeeNumber=*)', 'dn'), /dao\.tt/)
  })

  it('says what is wrong with a file of staff', async (t) => {
    const { run, staff } = await open(t)
    const { code, stderr } = await run('compare', ...staff('NV-1,"Nguyễn'))
    assert.equal(code, 1)
    assert.match(stderr, /BUS_PEER_REFUSED: The file of staff cannot be used/)
  })
})
