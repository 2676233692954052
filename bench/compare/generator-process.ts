import { setTimeout as pause } from 'node:timers/promises'
import { checkSamples, type KeptAnswer } from './check-samples.ts'
import type { GeneratorAnswer, GeneratorRequest, Job, Report } from './generator.ts'
import { type HttpConnection, openConnection, requestText } from './http-connection.ts'
import { createRequestMaker, type MadeRequest } from './made-requests.ts'
import { quantile } from './rounds.ts'

/** The process that generates load: it receives a job, prepares it, and sends it when asked. */
interface Prepared {
  readonly job: Job
  readonly ahead: MadeRequest[]
  readonly make: () => Promise<MadeRequest>
  readonly connections: readonly HttpConnection[]
}

let prepared: Prepared | undefined

process.on('message', (request: GeneratorRequest) => {
  const answering = 'prepare' in request ? prepare(request.prepare) : run()
  answering.then(answer, (error: unknown) => answer({ failed: String(error) }))
})
process.on('disconnect', () => process.exit(0))

function answer(message: GeneratorAnswer): void {
  process.send?.(message)
}

async function prepare(job: Job): Promise<GeneratorAnswer> {
  const make = await createRequestMaker(job)
  const ahead: MadeRequest[] = []
  while (ahead.length < job.ahead) ahead.push(await make())
  const connections: HttpConnection[] = []
  while (connections.length < job.connections) {
    const connection = openConnection(job.url)
    await connection.send(requestText('GET', '/', {})) // A server accepts one connection at a time.
    connections.push(connection)
  }
  prepared = { job, ahead: ahead.reverse(), make, connections }
  return { ready: true }
}

async function run(): Promise<GeneratorAnswer> {
  if (!prepared) throw new TypeError('nothing is prepared')
  const { job, ahead, make, connections } = prepared
  const { seconds = Number.POSITIVE_INFINITY, requests = Number.POSITIVE_INFINITY, perSecond } = job
  const kept: KeptAnswer[] = []
  const latencies: number[] = []
  const sent: [id: string, at: number][] = []
  const problems = new Map<string, number>()
  const began = performance.now()
  const endsAt = began + seconds * 1000
  const mayMake = requests < Number.POSITIVE_INFINITY || job.ahead === 0
  const everyNth = Math.max(
    1,
    Math.floor(Math.min(requests, job.ahead || requests) / Math.max(1, job.samples))
  )
  let begun = 0
  let events = 0

  const next = async (): Promise<MadeRequest | undefined> => {
    if (begun >= requests || performance.now() >= endsAt) return undefined
    if (ahead.length === 0 && !mayMake) return undefined
    begun += 1
    return ahead.pop() ?? make()
  }
  const lane = async (connection: HttpConnection): Promise<void> => {
    for (;;) {
      const dueAt = perSecond === undefined ? 0 : began + (begun * 1000) / perSecond
      const number = begun
      const request = await next()
      if (!request) return
      const early = dueAt - performance.now()
      if (early > 0) await pause(early)
      const sentAt = perSecond === undefined ? performance.now() : dueAt
      if (job.timed)
        sent.push(
          ...request.events.map(({ id }) => [id, performance.timeOrigin + sentAt] as [string, number])
        )
      const { status, body } = await connection.send(request.text)
      latencies.push(performance.now() - sentAt)
      const accepted = job.samples > 0 ? acceptedIn(body) : request.events.length
      if (status === 202 && accepted === request.events.length) events += accepted
      else note(`${status} ${body.slice(0, 200)}`)
      if (number % everyNth === 0 && kept.length < job.samples) kept.push({ request, body })
    }
  }
  const note = (problem: string): void => void problems.set(problem, (problems.get(problem) ?? 0) + 1)

  await Promise.all(connections.map(lane))
  const took = (performance.now() - began) / 1000
  for (const connection of connections) connection.close()
  prepared = undefined
  const { sampled, faults } = await checkSamples(job.url, kept)
  const report: Report = {
    requests: latencies.length,
    events,
    seconds: took,
    p50: quantile(latencies, 0.5),
    p99: quantile(latencies, 0.99),
    sampled,
    sent,
    problems: [...faults, ...[...problems].slice(0, 5).map(([problem, count]) => `${count} × ${problem}`)]
  }
  return { report }
}

const acceptedMark = '"status":"accepted"'

function acceptedIn(body: string): number {
  let count = 0
  for (let at = body.indexOf(acceptedMark); at >= 0; at = body.indexOf(acceptedMark, at + 1)) count += 1
  return count
}
