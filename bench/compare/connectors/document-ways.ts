import { createHash } from 'node:crypto'
import { createReadStream, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { newEvent } from '#client/new-event.ts'
import type { OutboundEvent } from '#connectors/connector.ts'
import { receive } from '#connectors/document/axis-server/receive.ts'
import { createTurns } from '#connectors/document/axis-server/turns.ts'
import { packageOf } from '#connectors/document/map/package-of.ts'
import { toItem } from '#connectors/document/poll.ts'
import { openAxis } from '#connectors/document/transport/axis.ts'
import { axisHash, signedHeaders } from '#connectors/document/transport/axis-headers.ts'
import { openPackageFolder } from '#connectors/document/transport/folder.ts'
import { openSftpFolders } from '#connectors/document/transport/sftp.ts'
import type { Transport } from '#connectors/document/transport/transport.ts'
import { lendIo } from '#connectors/kit/lent-io.ts'
import type { AxisServer } from '#deploy/outsides/axis/server.ts'
import type { Sshd } from '#deploy/servers/sshd.ts'
import { pause } from '#protocol/timing/retry.ts'
import { exampleDocument } from '#tests/faults/load.ts'

export const [sender, recipient] = ['000.00.91.H03', '000.00.92.H03']
export const account = { systemId: 'bench', secret: 'known to everyone' }
const reading = { authorities: [], calendar: { holidays: [], makeUpDays: [] } }
const never = new AbortController().signal

interface Places {
  readonly folder: string
  readonly file: Buffer
  readonly sshd: Sshd
  readonly axis: AxisServer
}

/**
 * Each takes a package and makes an item of it, or makes a package of an event and gives it. What is taken stays where
 * it is, and what is given replaces what was given before.
 */
export async function openWays({ folder, file, sshd, axis }: Places) {
  const event = eventWithFile()
  const io = lendIo({
    agency: sender,
    signal: never,
    async attach(name, mediaType, bytes) {
      const sha256 = createHash('sha256')
        .update(bytes as Uint8Array)
        .digest('hex')
      return { name, mediaType, size: file.length, sha256 }
    },
    attachment: async () => createReadStream(join(folder, 'content')),
    waitingEvent: async () => event
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
  const giveTo = (transport: Transport) => async (): Promise<void> => {
    await transport.put(packageOf(event, io), never)
    axis.documents.splice(1) // It keeps what it is given.
  }
  const called = { ...account, maxAgeSeconds: 900, agencies: [] }
  const turns = createTurns()
  const call = async (operation: string, values: Readonly<Record<string, string>>, body?: Buffer) => {
    const headers = signedHeaders(values, account, Date.now())
    const sent = { method: 'POST', headers, ...(body && { body: new Uint8Array(body) }) }
    const received = await receive(new Request(`http://bus/${operation}`, sent), {
      settings: called,
      reading,
      turns,
      io
    })
    received.release?.()
    return received
  }
  const hash = axisHash(createHash('sha256').update(file).digest())
  return {
    works: {
      'document-folder': takeFrom(local),
      'document-folder-out': giveTo(local),
      'document-sftp': takeFrom(remote),
      'document-sftp-out': giveTo(remote),
      'document-axis': takeFrom(asked),
      'document-axis-out': giveTo(asked),
      async 'document-axis-server'() {
        const values = { from: sender, servicetype: 'eDoc', messagetype: 'edoc', 'hash-file': hash }
        const { items } = await call('sendEdoc', values, file)
        check(items[0])
      },
      async 'document-axis-server-out'() {
        const { respond } = await call('getEdoc', { docId: event.hash })
        const answer = await respond([])
        const { byteLength } = await answer.arrayBuffer()
        if (byteLength < file.length) throw new TypeError('the package was not given')
      }
    },
    closes: [local, remote, asked].map((transport) => () => transport.close())
  }
}

/** An event whose document has one file. */
function eventWithFile(): OutboundEvent {
  const file = {
    name: 'cong-van.pdf',
    mediaType: 'application/pdf',
    size: 15_000_000,
    sha256: '0'.repeat(64)
  }
  const event = newEvent(`/agencies/${sender}/systems/bench`, {
    ...{ type: 'document.issued.v1', subject: 'bench', recipients: [recipient] },
    data: { ...exampleDocument, attachments: [file] }
  })
  return { event, hash: '1'.repeat(64), recordedTime: event.time }
}

function check(item: object | undefined): void {
  if (!item || !('event' in item)) throw new TypeError('the package was not taken')
}
