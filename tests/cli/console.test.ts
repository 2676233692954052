import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import { it } from 'node:test'
import { promisify } from 'node:util'
import { verifyLink } from '#protocol/trust/login-link.ts'
import { keyIn } from '#runtime/keyring.ts'
import { cli } from '../helpers/demo-bus.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'

const execute = promisify(execFile)

it('lienthong console prints a link to the gateway of the settings, for the user of this machine or a named one', async (t) => {
  const folder = temporaryFolder(t)
  const keyFile = join(folder, 'operator.jwk')
  const key = await keyIn(keyFile, 'operator-1')
  const config = join(folder, 'lienthong.yaml')
  const publicUrl = 'https://bus.example.vn'
  writeFileSync(config, JSON.stringify({ gateway: { publicUrl }, trust: { operatorKeyFile: keyFile } }))
  const link = async (...flags: readonly string[]) => {
    const { stdout } = await execute(process.execPath, [cli, 'console', '--config', config, ...flags])
    const [, url = '', token = ''] = /^(\S+\/console\/)#login=(\S+)\n$/.exec(stdout) ?? []
    const findKey = (_system: string, kid: string) => (kid === 'operator-1' ? key.publicJwk : undefined)
    const audience = url.replace('/console/', '')
    return { url, verified: await verifyLink(token, { findKey, audience, now: Date.now() / 1000 }) }
  }
  const own = await link()
  assert.equal(own.url, `${publicUrl}/console/`)
  const name = userInfo().username
  assert.deepEqual(own.verified?.person, { id: name, name })
  assert.equal(own.verified?.system, '/bus/systems/operator')
  const named = await link(
    '--gateway',
    'http://127.0.0.1:8081',
    '--id',
    'an',
    '--name',
    'Nguyễn Văn An',
    '--as',
    'A.1.qlvb'
  )
  assert.equal(named.url, 'http://127.0.0.1:8081/console/')
  assert.deepEqual(named.verified?.person, { id: 'an', name: 'Nguyễn Văn An' })
  assert.equal(named.verified?.system, '/agencies/A.1/systems/qlvb')
})
