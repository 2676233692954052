import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { lendIo } from '#connectors/kit/lent-io.ts'
import { notice } from '#connectors/sms/fixtures/open.ts'
import sms from '#connectors/sms/index.ts'
import { SmsSettings } from '#connectors/sms/settings.ts'
import { fillSettings } from '#protocol/events/json-schema.ts'
import { openBareSms } from '../baselines/bare-sms.ts'
import { type MeasureOptions, reported } from '../measure.ts'
import type { Measured } from '../results.ts'
import { compare, interleaved, type Sample } from '../rounds.ts'

const key = 'sms-out'
const account = { systemId: 'bench', password: 'known' }
const inFlight = 8
const text = 'Hồ sơ của ông bà đã có kết quả, mời đến bộ phận một cửa để nhận.'

/** How fast notices are handed to a message centre, which is a process of its own. Nothing is stored. */
export async function smsRow(options: MeasureOptions): Promise<readonly Measured[]> {
  if (!options.rows.includes(key)) return []
  const outside = fork(join(import.meta.dirname, 'sms-outside.ts'), [account.systemId, account.password])
  try {
    const [port] = (await once(outside, 'message')) as [number]
    const settings = { host: '127.0.0.1', port, ...account, brandName: 'BENCH' } as SmsSettings
    fillSettings(SmsSettings, settings)
    const io = lendIo({ signal: new AbortController().signal })
    const session = await sms.connect(settings, io)
    const bare = await openBareSms({ port, ...account })
    const sides = {
      ours: () => rateOf(async () => sms.outbound?.deliver?.(session, notice({ text }), io), options.seconds),
      baseline: () => rateOf(() => bare.send('84901234567', text), options.seconds)
    }
    const measured = compare(await interleaved(sides, options.rounds))
    await session.close()
    bare.close()
    return [reported(options, { key, ...measured })]
  } finally {
    outside.kill()
  }
}

/** Several at a time, as the host delivers. */
async function rateOf(send: () => Promise<unknown>, seconds: number): Promise<Sample> {
  const cpu = process.cpuUsage()
  const from = performance.now()
  let count = 0
  const line = async (): Promise<void> => {
    while (performance.now() - from < seconds * 1000) {
      await send()
      count += 1
    }
  }
  await Promise.all(Array.from({ length: inFlight }, line))
  const { user, system } = process.cpuUsage(cpu)
  return { rate: (count * 1000) / (performance.now() - from), cpuMicros: (user + system) / count }
}
