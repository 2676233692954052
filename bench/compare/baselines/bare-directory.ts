import { argon2, randomBytes } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { Client, EqualityFilter } from 'ldapts'

const derive = promisify(argon2)

/** Makes an account with the library `ldapts`: looks whether there is one, hashes a password, hands it out, adds it. */
export async function openBareDirectory(options: {
  readonly url: string
  readonly bindDn: string
  readonly password: string
  readonly peopleBase: string
  readonly folder: string
}) {
  const { url, bindDn, password, peopleBase, folder } = options
  const client = new Client({ url })
  await client.bind(bindDn, password)
  const isTaken = async (attribute: string, value: string): Promise<boolean> => {
    const filter = new EqualityFilter({ attribute, value })
    return (await client.search(peopleBase, { filter })).searchEntries.length > 0
  }
  const make = async ({ id }: { readonly id: string }): Promise<void> => {
    const mail = `${id}@bus.test`
    if ((await isTaken('employeeNumber', id)) || (await isTaken('mail', mail))) return
    const [first, nonce] = [randomBytes(12).toString('hex'), randomBytes(16)]
    const work = { memory: 1024, passes: 1, parallelism: 1, tagLength: 32 }
    const tag = await derive('argon2id', { message: first, nonce, ...work })
    const [salt, hash] = [nonce, tag].map((bytes) => bytes.toString('base64').replaceAll('=', ''))
    await writeFile(join(folder, id), first, { mode: 0o600, flush: true })
    await client.add(`uid=${id},${peopleBase}`, {
      objectClass: ['inetOrgPerson', 'inetLocalMailRecipient'],
      ...{ uid: id, cn: 'Nguyễn Văn Đo', sn: 'Nguyễn', employeeNumber: id, mail, mailLocalAddress: mail },
      userPassword: `{ARGON2}$argon2id$v=19$m=1024,t=1,p=1$${salt}$${hash}`
    })
  }
  return { make, close: () => client.unbind() }
}
