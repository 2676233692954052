import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Client } from '#client/client.ts'
import { createClient } from '#client/create-client.ts'
import { keyFileOf, systemOf } from '#tests/faults/province.ts'
import { openBareDeliveries } from '../baselines/bare-deliveries.ts'
import { openBareDirectory } from '../baselines/bare-directory.ts'
import { createMailer, publishMails } from '../baselines/bare-mail.ts'
import {
  call,
  type DialectRecord,
  logIn,
  publishChanged,
  publishRecords,
  readInbox
} from '../baselines/bare-one-stop.ts'
import { createPoster, publishFeed, publishPosts } from '../baselines/bare-portal.ts'
import { bindBare, publishReports, sendBare } from '../baselines/bare-sms.ts'
import { publishList, publishOutbox } from '../baselines/bare-staff.ts'
import { measureLanes } from '../lanes.ts'
import { startMeter } from '../meter.ts'
import type { Sample } from '../rounds.ts'

/** `kind.ts LOOP JSON`: a loop without a connector. What it is given depends on the loop. */
export interface Given {
  readonly count: number
  /** The bus, its folder, and the agency that the loop acts for. */
  readonly gateway: string
  readonly folder: string
  readonly code: string
  /** The outside. */
  readonly url: string
  readonly user: string
  readonly password: string
  /** From when on it is read, as the outside or the inbox writes it; of accounts: what their numbers begin with. */
  readonly since: string
  readonly records: readonly DialectRecord[]
  readonly inFlight: number
  /** A message centre, and whom its reports are for. */
  readonly port: number
  readonly systemId: string
  readonly recipient: string
  readonly peopleBase: string
}
export type Loop = keyof typeof loops

const loops = {
  async 'one-stop-client-in'(given) {
    const meter = startMeter(given.count)
    await publishChanged(await clientOf(given), given, meter.add)
    return meter.sample()
  },

  async 'one-stop-client-out'({ count, records: [record], inFlight, ...access }) {
    const session = await logIn(access)
    const common = { session, service: 'DongBoHoSoMC', isUpdating: 'False' }
    const numbers = Array.from({ length: count }, (_, index) => ({ id: `${record?.MaHoSo}${index}` }))
    return inFolder((folder) => {
      const deliver = openBareDeliveries(folder, ({ id }: { readonly id: string }) =>
        call(`${access.url}/sync`, { ...common, data: [{ ...record, MaHoSo: id }] })
      )
      return measureLanes(numbers, inFlight, deliver)
    })
  },

  async 'one-stop-server-in'(given) {
    const { count, records } = given
    const client = await clientOf(given)
    const meter = startMeter(count)
    for (let at = 0; at < count; at += records.length) {
      await publishRecords(client, records)
      meter.add(records.length)
    }
    return meter.sample()
  },

  async 'one-stop-server-out'(given) {
    const meter = startMeter(given.count)
    await readInbox(await clientOf(given), { from: given.since, count: given.count }, meter.add)
    return meter.sample()
  },

  async 'portal-feed-in'(given) {
    const client = await clientOf(given)
    const meter = startMeter(given.count)
    for (let read = 0; read < given.count; ) {
      const events = await publishFeed(client, given.url)
      meter.add(events)
      read += events
    }
    return meter.sample()
  },

  async 'portal-wordpress-in'(given) {
    const meter = startMeter(0)
    meter.add(await publishPosts(await clientOf(given), given))
    return meter.sample()
  },

  async 'email-in'(given) {
    const client = await clientOf(given)
    const meter = startMeter(given.count)
    await publishMails(client, { ...given, port: Number(given.url) }, meter.add)
    return meter.sample()
  },

  async 'email-out'({ count, inFlight, url: port }) {
    const { send, close } = createMailer(Number(port), inFlight)
    const notices = Array.from({ length: count }, (_, index) => ({ id: String(index) }))
    const sample = await inFolder((folder) =>
      measureLanes(notices, inFlight, openBareDeliveries(folder, send))
    )
    close()
    return sample
  },

  async 'staff-csv-in'(given) {
    const known = new Set<string>(JSON.parse(readFileSync(given.since, 'utf8')))
    const client = await clientOf(given)
    const meter = startMeter(0)
    meter.add(await publishList(client, given.url, known))
    return meter.sample()
  },

  async 'staff-postgres-in'(given) {
    const client = await clientOf(given)
    const meter = startMeter(0)
    meter.add(await publishOutbox(client, given.url))
    return meter.sample()
  },

  async 'portal-wordpress-out'({ count, inFlight, ...site }) {
    const post = createPoster(site)
    const articles = Array.from({ length: count }, (_, index) => article(index))
    return inFolder((folder) =>
      measureLanes(articles, inFlight, openBareDeliveries<(typeof articles)[number]>(folder, post))
    )
  },

  async 'sms-out'({ count, inFlight, ...centre }) {
    const session = await bindBare(centre)
    const notices = Array.from({ length: count }, (_, index) => ({ id: String(index) }))
    const text = 'Hồ sơ của ông bà đã có kết quả, mời đến bộ phận một cửa để nhận.'
    const send = () => sendBare(session, '84901234567', text)
    return inFolder((folder) => measureLanes(notices, inFlight, openBareDeliveries(folder, send))).finally(
      () => session.destroy()
    )
  },

  async 'sms-in'(given) {
    const meter = startMeter(given.count)
    await publishReports(await clientOf(given), { ...given, add: meter.add })
    return meter.sample()
  },

  'directory-out': ({ count, inFlight, since, user: bindDn, ...access }) =>
    inFolder(async (folder) => {
      const directory = await openBareDirectory({ ...access, bindDn, folder })
      const people = Array.from({ length: count }, (_, index) => ({ id: `${since}b${index}` }))
      const sample = await measureLanes(people, inFlight, openBareDeliveries(folder, directory.make))
      await directory.close()
      return sample
    })
} as const satisfies Readonly<Record<string, (given: Given) => Promise<Sample>>>

const [, , loop, given = '{}'] = process.argv
if (loop !== undefined) process.stdout.write(JSON.stringify(await loops[loop as Loop](JSON.parse(given))))

async function clientOf({ gateway, folder, code }: Given): Promise<Client> {
  const key = JSON.parse(readFileSync(keyFileOf(folder, code), 'utf8'))
  return createClient({ gateway, system: systemOf(code), key })
}

async function inFolder(work: (folder: string) => Promise<Sample>): Promise<Sample> {
  const folder = mkdtempSync(join(tmpdir(), 'lienthong-bench-'))
  try {
    return await work(folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function article(id: number) {
  return { id: String(id), title: `Thông báo số ${id}`, html: `<p>Nội dung thông báo ${id}.</p>` }
}
