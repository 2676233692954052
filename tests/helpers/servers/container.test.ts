import assert from 'node:assert/strict'
import { createServer } from 'node:net'
import { it } from 'node:test'
import { getContainerRuntimeClient } from 'testcontainers'
import { collectCleanups } from '#deploy/servers/cleanup.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { startContainerOnFreePort } from './container.ts'
import { runsInContainer } from './place.ts'

const inContainers = {
  skip: runsInContainer('versitygw') ? false : 'DOCKER_HOST names no engine: npm run test:containers'
}

it('a port that was taken meanwhile is replaced, and no container stays', inContainers, async (t) => {
  const folder = temporaryFolder(t)
  const cleanups = collectCleanups()
  t.after(() => cleanups.end())
  const tried: number[] = []
  const { port } = await startContainerOnFreePort(cleanups, 'versitygw', (port) => {
    if (tried.push(port) === 1) {
      const other = createServer().listen(port)
      t.after(() => other.close())
    }
    return {
      ports: { container: port, host: port },
      environment: { ROOT_ACCESS_KEY: 'tests', ROOT_SECRET_KEY: 'known to everyone' },
      program: 'versitygw',
      words: ['--port', `:${port}`, 'posix', '/tmp'],
      folders: [folder],
      isReady: async () => true
    }
  })
  assert.deepEqual(tried.slice(1), [port])
  const { dockerode } = (await getContainerRuntimeClient()).container
  const made = async (): Promise<number> => {
    const all = await dockerode.listContainers({ all: true })
    return all.filter(({ Mounts }) => Mounts.some(({ Source }) => Source === folder)).length
  }
  assert.equal(await made(), 2)
  await cleanups.end()
  assert.equal(await made(), 0)
})
