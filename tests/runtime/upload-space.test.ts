import assert from 'node:assert/strict'
import { it } from 'node:test'
import { type DiskSpace, endlessSpace } from '#engines/store/disk-space.ts'
import { uploadSpaceOf } from '#runtime/upload-space.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'

it('uploads are measured against the disk that they are written to, and against none where that is S3', (t) => {
  const [dataFolder, attachmentsFolder] = [temporaryFolder(t), temporaryFolder(t)]
  const space: DiskSpace = { ...endlessSpace }
  const reserveBytes = Number.MAX_SAFE_INTEGER
  const options = { dataFolder, attachmentsFolder, space, reserveBytes }
  assert.equal(uploadSpaceOf(options), space)
  const other = uploadSpaceOf({ ...options, deviceOf: (folder) => Number(folder === dataFolder) })
  assert.throws(() => other.takeIn(1), { code: 'BUS_STORE_UNAVAILABLE', fault: 'disk-space-low' })
  assert.match(other.problem() ?? '', /MB left/)
  uploadSpaceOf({ ...options, attachmentsFolder: undefined }).takeIn(1)
})
