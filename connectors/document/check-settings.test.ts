import assert from 'node:assert/strict'
import { it } from 'node:test'
import { fillSettings } from '#protocol/events/json-schema.ts'
import { checkSettings } from './check-settings.ts'
import { DocumentSettings } from './settings.ts'

const hostKeys = [`SHA256:${'a'.repeat(43)}`]
const server = { host: 'sftp.example.vn', user: 'bus', hostKeys }
const sftp = { ...server, privateKeyFile: '/etc/lienthong/sftp' }
const axis = { endpoint: 'https://truc.example.vn', systemId: 'bus.h03', secret: 'bí mật' }

function problemsOf(given: object): readonly string[] {
  const settings = structuredClone(given)
  assert.deepEqual(fillSettings(DocumentSettings, settings), [])
  return checkSettings(settings as DocumentSettings)
}

it('one way to exchange packages is named, and one secret of each kind', () => {
  for (const right of [
    { folder: '/srv/documents' },
    { sftp },
    { axis },
    { axisServer: { systemId: 'b', secretFile: '/x' } }
  ]) {
    assert.deepEqual(problemsOf(right), [])
  }
  const wrong: readonly (readonly [object, RegExp])[] = [
    [{}, /given: none/],
    [{ folder: '/srv/documents', sftp }, /given: folder, sftp/],
    [{ sftp: { ...sftp, password: 'x' } }, /privateKeyFile, password/],
    [{ sftp: server }, /privateKeyFile, password/],
    [{ sftp: { ...server, password: 'x', passphrase: 'y' } }, /passphrase/],
    [{ axis: { ...axis, secretFile: '/x' } }, /^axis:/],
    [{ axisServer: { systemId: 'b' } }, /^axisServer:/]
  ]
  for (const [given, says] of wrong) {
    const [problem = '', ...others] = problemsOf(given)
    assert.match(problem, says)
    assert.deepEqual(others, [])
  }
})
