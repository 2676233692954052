import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { it } from 'node:test'
import { lockFolder } from '#engines/store/sqlite/folder-lock.ts'
import { startScript } from '../../helpers/child-script.ts'
import { temporaryFolder } from '../../helpers/temporary-folder.ts'

const script = (folder: string): string => `
  import v8 from 'node:v8'
  import vm from 'node:vm'
  v8.setFlagsFromString('--expose-gc')
  globalThis.gc = vm.runInNewContext('gc')
  import { lockFolder } from './engines/store/sqlite/folder-lock.ts'
  try {
    lockFolder(${JSON.stringify(folder)})
    globalThis.gc() // What lets go was not kept.
    await new Promise((resolve) => setTimeout(resolve, 10))
    console.log('locked')
    setInterval(() => {}, 1000)
  } catch ({ code, values }) {
    console.log(code, values.folder)
  }`

it('lets one process only use a data folder, until that one is killed', async (t) => {
  const folder = temporaryFolder(t)
  const holder = startScript(t, script(folder))
  for await (const line of holder.lines) {
    assert.equal(line, 'locked')
    assert.throws(() => lockFolder(folder), { code: 'BUS_DATA_IN_USE' })
    assert.throws(() => lockFolder(folder), { code: 'BUS_DATA_IN_USE' })
    const second = startScript(t, script(folder))
    assert.deepEqual(await Array.fromAsync(second.lines), [`BUS_DATA_IN_USE ${folder}`])
    holder.kill()
  }
  await holder.ended()
  lockFolder(folder)()
})

it('keeps a folder from a second taker in the same process, and keeps it locked though that one failed', async (t) => {
  const folder = temporaryFolder(t)
  const unlock = lockFolder(folder)
  assert.throws(() => lockFolder(folder), { code: 'BUS_DATA_IN_USE' })
  const other = startScript(t, script(folder))
  assert.deepEqual(await Array.fromAsync(other.lines), [`BUS_DATA_IN_USE ${folder}`])
  unlock()
  lockFolder(folder)()
})

it('does not blame another process for a folder that cannot be locked', (t) => {
  const folder = temporaryFolder(t)
  assert.throws(() => lockFolder(join(folder, 'none')), { code: 'BUS_STORE_UNAVAILABLE' })
  writeFileSync(join(folder, 'lock.sqlite'), 'no database, and long enough to be looked at'.repeat(50))
  assert.throws(() => lockFolder(folder), { code: 'BUS_STORE_UNAVAILABLE' })
})
