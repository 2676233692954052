import assert from 'node:assert/strict'
import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { it } from 'node:test'
import { openDirectoryBlobStore } from '#bus/blobs/directory/directory-blob-store.ts'
import { noFailpoints } from '#bus/telemetry/failpoints.ts'
import { blobStoreContract } from '#tests/contracts/blob-store.contract.ts'
import { temporaryFolder } from '#tests/helpers/temporary-folder.ts'

blobStoreContract('directory', (t) =>
  openDirectoryBlobStore({ folder: temporaryFolder(t), failpoints: noFailpoints })
)

it('clears away what a process that died left unfinished', async (t) => {
  const folder = temporaryFolder(t)
  await openDirectoryBlobStore({ folder, failpoints: noFailpoints })
  writeFileSync(join(folder, 'incoming', 'half'), 'half')
  await openDirectoryBlobStore({ folder, failpoints: noFailpoints })
  assert.deepEqual(readdirSync(join(folder, 'incoming')), [])
})
