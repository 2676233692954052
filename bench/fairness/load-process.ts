import { setTimeout as pause } from 'node:timers/promises'
import { type HttpConnection, openConnection } from '../compare/http-connection.ts'
import { createRequestMaker } from '../compare/made-requests.ts'
import type { Load, LoadReport } from './load.ts'
import { serveTasks } from './task-process.ts'

serveTasks(run)

async function run(load: Load): Promise<LoadReport> {
  const statuses: Record<string, number> = {}
  const latencies: number[] = []
  let due = 0
  const began = performance.now()
  const endsAt = began + load.seconds * 1000

  const send = async (sender: Load['senders'][number]): Promise<void> => {
    const audience = load.isRefused ? 'https://elsewhere.example' : load.url
    const contentType = `application/cloudevents${load.batch > 1 ? '-batch' : ''}+json`
    const make = await createRequestMaker({
      ...{ url: load.url, path: '/v1/events', contentType, sender, token: 'signed', audience },
      ...{ recipients: load.recipients, batch: load.batch, connections: 0, ahead: 0, samples: 0 }
    })
    let begun = 0
    const lane = async (): Promise<void> => {
      let connection: HttpConnection = openConnection(load.url)
      for (;;) {
        const dueAt =
          load.perSecond === undefined ? performance.now() : began + (begun * 1000) / load.perSecond
        if (dueAt >= endsAt || performance.now() >= endsAt) break
        begun += 1
        const { text } = await make()
        const early = dueAt - performance.now()
        if (early > 0) await pause(early)
        const { status } = await connection.send(text)
        statuses[status] = (statuses[status] ?? 0) + 1
        latencies.push(performance.now() - dueAt)
        if (status !== 0 && status !== 401) continue
        connection.close()
        connection = openConnection(load.url)
      }
      connection.close()
    }
    await Promise.all(Array.from({ length: load.connections }, lane))
    due += load.perSecond === undefined ? begun : Math.floor(load.seconds * load.perSecond)
  }

  await Promise.all(load.senders.map(send))
  return { due, statuses, latencies, seconds: (performance.now() - began) / 1000 }
}
