import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { receive } from '#connectors/document/axis-server/receive.ts'
import { createTurns } from '#connectors/document/axis-server/turns.ts'
import { withFiles } from '#connectors/document/fixtures/small.ts'
import { toItem } from '#connectors/document/poll.ts'
import { openAxis } from '#connectors/document/transport/axis.ts'
import { axisHash, signedHeaders } from '#connectors/document/transport/axis-headers.ts'
import { openPackageFolder } from '#connectors/document/transport/folder.ts'
import { openSftpFolders } from '#connectors/document/transport/sftp.ts'
import type { Transport } from '#connectors/document/transport/transport.ts'
import { lendIo } from '#connectors/kit/lent-io.ts'
import { type AxisServer, openAxisServer } from '#deploy/outsides/axis/server.ts'
import { pause } from '#protocol/timing/retry.ts'
import { collectCleanups } from '#tests/helpers/servers/cleanup.ts'
import { type Sshd, startSshd } from '#tests/helpers/servers/sshd.ts'
import { openBarePackages } from '../baselines/bare-packages.ts'
import { type MeasureOptions, reported } from '../measure.ts'
import type { Measured } from '../results.ts'
import { compare, interleaved, type Sample } from '../rounds.ts'

const keys = ['document-folder', 'document-sftp', 'document-axis', 'document-axis-server'] as const
const [sender, recipient] = ['000.00.91.H03', '000.00.92.H03']
const account = { systemId: 'bench', secret: 'known to everyone' }
const reading = { authorities: [], calendar: { holidays: [], makeUpDays: [] } }
const never = new AbortController().signal

/** How fast packages of 20 MB are taken, over each way. Nothing is stored: what a store costs is measured elsewhere. */
export async function documentRows(options: MeasureOptions): Promise<readonly Measured[]> {
  if (!keys.some((key) => options.rows.includes(key))) return []
  const cleanups = collectCleanups()
  const folder = mkdtempSync(join(tmpdir(), 'lienthong-bench-'))
  cleanups.after(() => rmSync(folder, { recursive: true, force: true }))
  try {
    const file = Buffer.from(withFiles({ content: Buffer.alloc(15_000_000, 'Công văn').toString('base64') }))
    const sshd = await startSshd(cleanups)
    const axis = await openAxisServer({
      accounts: [account],
      agencies: [sender, recipient].map((code) => ({ code, name: code, pcode: account.systemId }))
    })
    cleanups.after(() => axis.close())
    const ways = await openWays({ folder, file, sshd, axis })
    const bare = await openBarePackages({ path: join(folder, 'in', 'a.edxml'), sshd, axis, account, file })
    cleanups.after(async () => {
      for (const close of [...ways.closes, bare.close]) await close()
    })
    const measured: Measured[] = []
    for (const key of keys.filter((one) => options.rows.includes(one))) {
      const sides = {
        ours: () => repeated(ways.takes[key], options.seconds),
        baseline: () => repeated(bare.takes[key], options.seconds)
      }
      measured.push(reported(options, { key, ...compare(await interleaved(sides, options.rounds)) }))
    }
    return measured
  } finally {
    await cleanups.end()
  }
}

async function repeated(take: () => Promise<void>, seconds: number): Promise<Sample> {
  const cpu = process.cpuUsage()
  const from = performance.now()
  let count = 0
  do {
    await take()
    count += 1
  } while (performance.now() - from < seconds * 1000)
  const { user, system } = process.cpuUsage(cpu)
  return { rate: (count * 1000) / (performance.now() - from), cpuMicros: (user + system) / count }
}

interface Places {
  readonly folder: string
  readonly file: Buffer
  readonly sshd: Sshd
  readonly axis: AxisServer
}

/** Each takes a package and makes an item of it. The package stays where it is. */
async function openWays({ folder, file, sshd, axis }: Places) {
  const io = lendIo({
    agency: sender,
    signal: never,
    async attach(name, mediaType, bytes) {
      const sha256 = createHash('sha256')
        .update(bytes as Uint8Array)
        .digest('hex')
      return { name, mediaType, size: file.length, sha256 }
    }
  })
  const local = await openPackageFolder(folder, () => {})
  const path = join(folder, 'in', 'a.edxml')
  writeFileSync(path, file)
  utimesSync(path, 1_700_000_000, 1_700_000_000)
  const remote = await openSftpFolders(
    {
      ...{ host: '127.0.0.1', port: sshd.port, user: sshd.user, hostKeys: [sshd.hostKey], folder },
      ...{
        privateKeyFile: sshd.privateKeyFile,
        quietSeconds: 0,
        timeoutMs: 20_000,
        allowPrivateAddresses: true
      }
    },
    () => {},
    never
  )
  while (!(await remote.next(() => false, never))) await pause(100)
  axis.add(file)
  const asked = await openAxis(
    {
      ...{ endpoint: `http://127.0.0.1:${axis.port}`, ...account, register: [], timeoutMs: 60_000 },
      ...{ allowPlainHttp: true, allowPrivateAddresses: true }
    },
    { agency: sender, signal: never },
    () => {}
  )
  const takeFrom = (transport: Transport) => async (): Promise<void> => {
    const found = await transport.next(() => false, never)
    if (!found) throw new TypeError('the package is gone')
    check(await toItem(found, reading, io))
  }
  const turns = createTurns()
  const called = { ...account, maxAgeSeconds: 900, agencies: [] }
  const hash = axisHash(createHash('sha256').update(file).digest())
  return {
    takes: {
      'document-folder': takeFrom(local),
      'document-sftp': takeFrom(remote),
      'document-axis': takeFrom(asked),
      async 'document-axis-server'() {
        const values = { from: sender, servicetype: 'eDoc', messagetype: 'edoc', 'hash-file': hash }
        const headers = signedHeaders(values, account, Date.now())
        const request = new Request('http://bus/sendEdoc', {
          method: 'POST',
          headers,
          body: new Uint8Array(file)
        })
        const { items, release } = await receive(request, { settings: called, reading, turns, io })
        release?.()
        check(items[0])
      }
    },
    closes: [local, remote, asked].map((transport) => () => transport.close())
  }
}

function check(item: object | undefined): void {
  if (!item || !('event' in item)) throw new TypeError('the package was not taken')
}
