import { mkdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { collectCleanups } from '../../../servers/cleanup.ts'
import { prepareDovecot } from '../../../servers/dovecot.ts'
import { freePort } from '../../../servers/free-port.ts'
import { startServers } from '../../../servers/server-process.ts'
import { startSlapd } from '../../../servers/slapd.ts'
import { eventually, MissingStep } from '../../party.ts'
import { stepTimeoutMs } from '../../scenario-options.ts'
import { agency, centre, system } from '../cast.ts'
import { type DemoKind, instanceOf } from '../demo-kind.ts'
import type { Flow } from '../flow.ts'
import { readInbox } from '../mailbox.ts'
import { directorySystem } from '../official.ts'

const bindPassword = 'mat khau thu muc'

/** The directory of officials, which their mail server asks who they are. */
const directory: DemoKind = {
  title: {
    vi: 'directory (OpenLDAP, và Dovecot nhận biết cán bộ theo thư mục đó)',
    en: 'directory (OpenLDAP, and Dovecot that knows officials from it)'
  },
  needs: ['slapd', 'dovecot'],

  async open(options) {
    const cleanups = collectCleanups()
    const slapd = await startSlapd(cleanups, bindPassword)
    const imap = await freePort()
    await startServers(cleanups, (folder) => [prepareDovecot(folder, { ports: { imap }, slapd })])
    const passwordFolder = join(options.packagesFolder, centre.code, 'mat-khau')
    await mkdir(passwordFolder, { recursive: true, mode: 0o700 })
    const settings = {
      ...{ url: slapd.url, startTls: false, bindDn: slapd.bindDn, password: bindPassword },
      ...{ peopleBase: slapd.peopleBase, mailDomain: 'tinhmau.example.vn', passwordFolder }
    }
    return {
      province: { agencies: [agency(centre, system(directorySystem, 'Thư mục người dùng'))] },
      connectors: [{ ...instanceOf(options, 'directory', centre, directorySystem), settings }],
      steps: { signedIn: (flow) => signIn(flow, passwordFolder, imap) },
      visit: [
        {
          vi: `Thư mục cán bộ: ${slapd.url}, dưới ${slapd.peopleBase}, tài khoản ${slapd.bindDn}, mật khẩu "${bindPassword}"`,
          en: `The directory: ${slapd.url}, below ${slapd.peopleBase}, as ${slapd.bindDn}, password "${bindPassword}"`
        },
        {
          vi: `Thư của cán bộ: IMAP tại 127.0.0.1:${imap}, địa chỉ và mật khẩu của từng người trong ${passwordFolder}`,
          en: `The mail of officials: IMAP on 127.0.0.1:${imap}, each with the address and password in ${passwordFolder}`
        }
      ],
      close: () => cleanups.end()
    }
  }
}

export default directory

interface FirstPassword {
  readonly address: string
  readonly password: string
}

/** The new official signs in to mail with the first password, which is handed out in a file. */
async function signIn({ official, outside }: Flow, folder: string, port: number): Promise<void> {
  const file = join(folder, `${official.staffNumber}.json`)
  const look = async (): Promise<FirstPassword | undefined> =>
    readFile(file, 'utf8').then(JSON.parse, () => undefined)
  const missing = {
    vi: `${centre.name} không cấp mật khẩu cho ${official.fullName}`,
    en: `${centre.name} handed out no password for ${official.fullName}`
  }
  const { address, password } = await eventually(look, stepTimeoutMs, missing)
  const mode = ((await stat(file)).mode & 0o777).toString(8)
  outside({
    vi: `${centre.name} cấp mật khẩu đầu tiên của ${address} trong tệp ${file}, quyền ${mode}`,
    en: `${centre.name} handed out the first password of ${address} in ${file}, mode ${mode}`
  })
  // The file comes before the entry of the directory.
  const enter = () => readInbox({ port, address, password }).catch(() => undefined)
  await eventually(enter, stepTimeoutMs, {
    vi: `máy chủ thư không cho ${address} đăng nhập`,
    en: `the mail server does not let ${address} in`
  })
  const isFooled = await readInbox({ port, address, password: `${password}x` }).then(Boolean, () => false)
  if (isFooled) {
    throw new MissingStep({
      vi: `máy chủ thư cho ${address} đăng nhập bằng mật khẩu sai`,
      en: `the mail server let ${address} in with a wrong password`
    })
  }
  outside({
    vi: `${official.fullName} đăng nhập thư qua IMAP bằng ${address}, chỉ được với mật khẩu đó`,
    en: `${official.fullName} logged in to mail by IMAP as ${address}, with that password and no other`
  })
}
