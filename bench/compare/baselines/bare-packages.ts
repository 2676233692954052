import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import ssh2 from 'ssh2'
import { signedHeaders } from '#connectors/document/transport/axis-headers.ts'

interface Bare {
  readonly path: string
  readonly sshd: { readonly port: number; readonly user: string; readonly privateKeyFile: string }
  readonly axis: { readonly port: number; readonly documents: readonly { readonly docId: string }[] }
  readonly account: { readonly systemId: string; readonly secret: string }
  readonly file: Buffer
}

/** Takes the same package over the same ways, as the libraries advise, and hashes and decodes it. */
export async function openBarePackages({ path, sshd, axis, account, file }: Bare) {
  const client = new ssh2.Client()
  await new Promise<void>((resolve) => {
    const { port, user: username, privateKeyFile } = sshd
    client.once('ready', resolve)
    void readFile(privateKeyFile).then((privateKey) => client.connect({ port, username, privateKey }))
  })
  const sftp = await promisify(client.sftp.bind(client))()
  const fetchTo = (from: string, to: string): Promise<void> =>
    new Promise((resolve, reject) => {
      sftp.fastGet(from, to, (error) => (error ? reject(error) : resolve()))
    })
  return {
    takes: {
      'document-folder': async () => hashAndDecode(await readFile(path)),
      async 'document-sftp'() {
        await fetchTo(path, `${path}.part`)
        hashAndDecode(await readFile(`${path}.part`))
      },
      async 'document-axis'() {
        const headers = signedHeaders({ docId: axis.documents[0]?.docId ?? '' }, account, Date.now())
        const answer = await fetch(`http://127.0.0.1:${axis.port}/getEdoc`, { method: 'POST', headers })
        const { data } = (await answer.json()) as { readonly data: string }
        hashAndDecode(Buffer.from(data, 'base64'))
      },
      async 'document-axis-server'() {
        const request = new Request('http://bus/sendEdoc', { method: 'POST', body: new Uint8Array(file) })
        hashAndDecode(Buffer.from(await request.arrayBuffer()))
      }
    },
    async close() {
      client.end()
      await once(client, 'close')
    }
  }
}

function hashAndDecode(bytes: Buffer): void {
  createHash('sha256').update(bytes).digest()
  const start = bytes.indexOf('ContentTransferEncoded>') + 'ContentTransferEncoded>'.length
  const content = bytes.toString('latin1', start, bytes.indexOf('<', start))
  createHash('sha256').update(Buffer.from(content, 'base64')).digest()
}
