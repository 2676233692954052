import { setTimeout as pause } from 'node:timers/promises'
import { eventHash } from '#protocol/events/hash.ts'
import type { JsonObject } from '#protocol/events/json.ts'
import type { Servers } from './servers.ts'
import { readTopic } from './topic-check.ts'

const emptiedMs = 60_000

/** Waits until the outbox of steps is empty, then compares the steps the store knows with those of the activity topic. */
export async function checkSteps(
  { client, config, postgres, databaseUrl }: Servers,
  tell: (line: string) => void
): Promise<readonly string[]> {
  const ask = (sql: string) => postgres.ask(databaseUrl, sql)
  const until = performance.now() + emptiedMs
  while ((await ask('SELECT 1 FROM "recipientSteps" LIMIT 1')).length > 0) {
    if (performance.now() > until) return ['the outbox of steps was not emptied']
    await pause(200)
  }
  const records = await readTopic(client, `${config.namespace}lienthong.activity`)
  const seen = new Set<string>()
  /** Of each event with each recipient. */
  const last = new Map<string, string>()
  let broken = 0
  for (const { id, headers, value } of records) {
    if (headers.ce_type !== 'bus.recipient-status-changed.v1' || seen.has(id)) continue
    seen.add(id)
    const { steps } = JSON.parse(String(value)) as { readonly steps: readonly JsonObject[] }
    for (const step of steps) {
      const of = `${step.event} ${step.agency}`
      if (step.previous !== last.get(of)) broken += 1
      last.set(of, eventHash(step))
    }
  }
  const stands = await ask(
    `SELECT a.hash || ' ' || h.agency AS of, h.step FROM "recipientStatuses" h JOIN "archiveEvents" a ON a.number = h.event`
  )
  const missing = stands.filter(({ of, step }) => last.get(String(of)) !== step)
  tell(
    `steps of delivery statuses: the store stands at ${stands.length}, the topic at ${last.size} in ${seen.size} records; missing ${missing.length}, out of order ${broken}`
  )
  return [
    ...(stands.length === 0 ? ['nothing was delivered'] : []),
    ...(missing.length > 0 ? [`steps not in the topic: ${missing.length}`] : []),
    ...(broken > 0 ? [`steps that do not follow the one before: ${broken}`] : [])
  ]
}
