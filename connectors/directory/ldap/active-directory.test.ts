import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { it } from 'node:test'
import { startSlapd } from '#deploy/servers/slapd.ts'
import { needs } from '#tests/helpers/servers/needs.ts'
import { temporaryFolder } from '#tests/helpers/temporary-folder.ts'
import { bindPassword, settingsFor } from '../fixtures/open.ts'
import { openDirectory } from './open-directory.ts'

it('a server that calls itself Active Directory is told to be not supported', needs('slapd'), async (t) => {
  const folder = temporaryFolder(t)
  const slapd = await startSlapd(t, bindPassword)
  const directory = await openDirectory(settingsFor(slapd, folder), new AbortController().signal)
  t.after(() => directory.close())
  await directory.check()
  const root = join(folder, 'root.ldif')
  writeFileSync(root, 'dn:\nsupportedCapabilities: 1.2.840.113556.1.4.800\n')
  slapd.configure(`dn: cn={0}core,cn=schema,cn=config
changetype: modify
add: olcAttributeTypes
olcAttributeTypes: ( 1.2.840.113556.1.4.999 NAME 'supportedCapabilities' SYNTAX 1.3.6.1.4.1.1466.115.121.1.38 )

dn: cn=config
changetype: modify
add: olcRootDSE
olcRootDSE: ${root}
`)
  await assert.rejects(directory.check(), (error: { text(language: 'en'): string }) =>
    /Active Directory, which this kind does not support/.test(error.text('en'))
  )
})
