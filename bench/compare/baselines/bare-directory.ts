import { argon2, randomBytes } from 'node:crypto'
import { promisify } from 'node:util'
import { Client, EqualityFilter } from 'ldapts'

const derive = promisify(argon2)

/** Makes accounts with the library `ldapts`: looks whether there is one, hashes a password, adds it. */
export async function openBareDirectory(options: {
  readonly url: string
  readonly bindDn: string
  readonly password: string
  readonly peopleBase: string
}) {
  const { url, bindDn, password, peopleBase } = options
  const client = new Client({ url })
  await client.bind(bindDn, password)
  const make = async (staffNumber: string): Promise<void> => {
    const filter = new EqualityFilter({ attribute: 'employeeNumber', value: staffNumber })
    const { searchEntries } = await client.search(peopleBase, { filter })
    if (searchEntries.length > 0) return
    const nonce = randomBytes(16)
    const work = { memory: 7168, passes: 5, parallelism: 1, tagLength: 32 }
    const tag = await derive('argon2id', { message: randomBytes(12).toString('hex'), nonce, ...work })
    const [salt, hash] = [nonce, tag].map((bytes) => bytes.toString('base64').replaceAll('=', ''))
    await client.add(`uid=${staffNumber},${peopleBase}`, {
      objectClass: ['inetOrgPerson', 'inetLocalMailRecipient'],
      ...{ uid: staffNumber, cn: 'Nguyễn Văn Đo', sn: 'Nguyễn', employeeNumber: staffNumber },
      ...{ mail: `${staffNumber}@bus.test`, mailLocalAddress: `${staffNumber}@bus.test` },
      userPassword: `{ARGON2}$argon2id$v=19$m=7168,t=5,p=1$${salt}$${hash}`
    })
  }
  return { make, close: () => client.unbind() }
}
