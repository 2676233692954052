import { setTimeout as pause } from 'node:timers/promises'
import { createSigner } from '#client/signer.ts'
import { readKey } from '#runtime/keyring.ts'
import { type HttpConnection, openConnection, requestText } from '../compare/http-connection.ts'
import { serveTasks } from '../fairness/task-process.ts'
import type { Reading, ReadingReport } from './readers.ts'

serveTasks(run)

async function run({ url, seconds, readers, everyMs }: Reading): Promise<ReadingReport> {
  const statuses: Record<string, number> = {}
  const endsAt = performance.now() + seconds * 1000

  const read = async ({ system, keyFile, paths }: Reading['readers'][number], index: number) => {
    const signer = await createSigner({ system, key: (await readKey(keyFile)).privateJwk, audience: url })
    await pause((everyMs * index) / readers.length)
    let connection: HttpConnection = openConnection(url)
    let next = ''
    for (let turn = index; performance.now() < endsAt; turn += 1) {
      const path = paths[turn % paths.length] ?? ''
      const began = performance.now()
      const headers = { authorization: `Bearer ${await signer.plain()}` }
      const { status, body } = await connection.send(
        requestText('GET', path.replace('{next}', next), headers)
      )
      statuses[status] = (statuses[status] ?? 0) + 1
      if (path.includes('{next}')) next = nextIn(body, next)
      if (status === 0) {
        connection.close()
        connection = openConnection(url)
      }
      await pause(Math.max(0, began + everyMs - performance.now()))
    }
    connection.close()
  }
  await Promise.all(readers.map(read))
  return { statuses }
}

function nextIn(body: string, before: string): string {
  const [, next] = /"next":"([^"]+)"/.exec(body.slice(-1000)) ?? /"next":"([^"]+)"/.exec(body) ?? []
  return next === undefined ? before : `&after=${encodeURIComponent(next)}`
}
