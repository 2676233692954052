import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { it } from 'node:test'
import {
  type AgencyEntry,
  emptyControlState,
  type Span,
  type SystemEntry
} from '#bus/control/control-state.ts'
import { keyExpiries } from '#bus/control/key-expiry.ts'
import { certificateExpiries } from '#runtime/certificates.ts'
import { makeCertificate } from '../helpers/certificate.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'

it('certificates are found in any settings; a file that cannot be read is left to who uses it', async (t) => {
  const folder = temporaryFolder(t)
  const { certFile, keyFile } = makeCertificate(folder, 'bus.test')
  const broken = join(folder, 'broken.crt')
  writeFileSync(broken, 'no certificate')
  const found = await certificateExpiries({
    gateway: { tls: { certFile, keyFile } },
    store: { postgres: { certFile: join(folder, 'nothing') } },
    connectors: {
      'rest-a': { tls: { certificateFile: certFile } },
      'rest-b': { tls: { certificateFile: broken } }
    }
  })
  assert.deepEqual(
    found.map(({ certificate }) => certificate),
    ['gateway.tls.certFile', 'connectors.rest-a.tls.certificateFile']
  )
  const hours = ((found[0]?.at ?? 0) - Date.now()) / 3_600_000
  assert.ok(hours > 23 && hours < 25)
})

it('a system loses its last key when all that it has have ended; retired and endless ones do not count', () => {
  const state = emptyControlState()
  const open: Span = { from: 1, to: undefined }
  const over: Span = { from: 1, to: 2 }
  const add = (id: string, keys: readonly (readonly [number, Span])[], agency = 'A', span = open): void => {
    const entries = keys.map(([validToAt, ofKey]) => ({ validToAt, span: ofKey }))
    state.systems.set(id, { id, agency, span, keys: entries } as unknown as SystemEntry)
  }
  state.agencies.set('A', { open } as AgencyEntry).set('Z', { open: over } as AgencyEntry)
  add('rotated', [
    [100, open],
    [900, open]
  ])
  add('ends', [
    [500, open],
    [9000, over]
  ])
  add('endless', [[Number.POSITIVE_INFINITY, open]])
  add('revoked', [[100, open]], 'A', over)
  add('closed', [[100, open]], 'Z')
  add('keyless', [])
  assert.deepEqual(keyExpiries(state), [
    { system: 'ends', at: 500 },
    { system: 'rotated', at: 900 }
  ])
})
