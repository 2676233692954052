import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import ssh2 from 'ssh2'
import { axisHash, signedHeaders } from '#connectors/document/transport/axis-headers.ts'

interface Bare {
  readonly folder: string
  readonly sshd: { readonly port: number; readonly user: string; readonly privateKeyFile: string }
  readonly axis: { readonly port: number; readonly documents: { readonly docId: string }[] }
  readonly account: { readonly systemId: string; readonly secret: string }
  readonly file: Buffer
}

/**
 * Takes the same package over the same ways, as the libraries advise, and hashes and decodes it; or hashes and encodes
 * the same file, and gives it.
 */
export async function openBarePackages({ folder, sshd, axis, account, file }: Bare) {
  const path = join(folder, 'in', 'a.edxml')
  const [content, made] = [join(folder, 'content'), join(folder, 'made')]
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
  const putTo = (from: string, to: string): Promise<void> =>
    new Promise((resolve, reject) => {
      sftp.fastPut(from, to, (error) => (error ? reject(error) : resolve()))
    })
  return {
    works: {
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
      },
      async 'document-folder-out'() {
        await writeFile(`${made}.part`, hashAndEncode(await readFile(content), file), { flush: true })
        await rename(`${made}.part`, made)
      },
      async 'document-sftp-out'() {
        await writeFile(made, hashAndEncode(await readFile(content), file))
        await putTo(made, `${made}.there`)
      },
      async 'document-axis-out'() {
        const text = hashAndEncode(await readFile(content), file)
        const hash = axisHash(createHash('sha256').update(text).digest())
        const values = { from: '000.00.91.H03', servicetype: 'eDoc', messagetype: 'edoc', 'hash-file': hash }
        const headers = signedHeaders(values, account, Date.now())
        const url = `http://127.0.0.1:${axis.port}/sendEdoc`
        const response = await fetch(url, { method: 'POST', headers, body: new Uint8Array(text) })
        const { status } = (await response.json()) as { readonly status: string }
        if (status !== 'OK') throw new TypeError('the package was refused')
        axis.documents.splice(1)
      },
      async 'document-axis-server-out'() {
        const data = hashAndEncode(await readFile(content), file).toString('base64')
        await new Response(JSON.stringify({ status: 'OK', ErrorCode: '0', data })).arrayBuffer()
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
  const { start, end } = contentIn(bytes)
  createHash('sha256')
    .update(Buffer.from(bytes.toString('latin1', start, end), 'base64'))
    .digest()
}

/** A package like another one, with this content. */
function hashAndEncode(bytes: Buffer, like: Buffer): Buffer {
  createHash('sha256').update(bytes).digest()
  const { start, end } = contentIn(like)
  const encoded = Buffer.from(bytes.toString('base64'), 'latin1')
  return Buffer.concat([like.subarray(0, start), encoded, like.subarray(end)])
}

function contentIn(bytes: Buffer): { readonly start: number; readonly end: number } {
  const tag = bytes.indexOf('ContentTransferEncoded')
  const start = bytes.indexOf('>', tag) + 1
  return { start, end: bytes.indexOf('<', start) }
}
