import { createTransport } from 'nodemailer'
import type { Email } from 'postal-mime'
import { type Cleanup, collectCleanups } from '../../../servers/cleanup.ts'
import { addMailbox, prepareDovecot } from '../../../servers/dovecot.ts'
import { freePort } from '../../../servers/free-port.ts'
import { startServers } from '../../../servers/server-process.ts'
import { prepareSmtpd } from '../../../servers/smtpd.ts'
import { MissingStep } from '../../party.ts'
import { centre, citizen, commune } from '../cast.ts'
import { type DemoKind, instanceOf } from '../demo-kind.ts'
import type { Flow } from '../flow.ts'
import { findMail, type Mailbox } from '../mailbox.ts'
import { noticePart, noticeSystem, requestNotice } from '../notices.ts'
import { missingPaper } from '../records.ts'

const name = 'thu-dien-tu'
const desk = 'motcua@xamau3.example.vn'
const passwords = { [desk]: 'mat khau mot cua', [citizen.address]: 'mat khau nguoi nop' }

/** Mail between the desk and citizens. */
const email: DemoKind = {
  title: { vi: 'email (OpenSMTPD và Dovecot)', en: 'email (OpenSMTPD and Dovecot)' },
  needs: ['opensmtpd', 'dovecot'],

  async open(options) {
    const cleanups = collectCleanups()
    const { smtp, imap } = await startMail(cleanups)
    const local = { host: '127.0.0.1', security: 'none', allowPrivateAddresses: true }
    const settings = {
      ...{ from: desk, fromName: `Một cửa ${commune.name}`, plusAddress: true },
      smtp: { ...local, port: smtp },
      imap: { ...local, port: imap, user: desk, password: passwords[desk] }
    }
    const ofCitizen = { port: imap, address: citizen.address, password: passwords[citizen.address] ?? '' }
    return {
      province: noticePart(name, 'Thư điện tử'),
      connectors: [{ ...instanceOf(options, 'email', centre, name), settings }],
      steps: { notified: (flow) => exchange(flow, ofCitizen, smtp) },
      visit: Object.entries(passwords).map(([address, password]) => ({
        vi: `Thư: IMAP tại 127.0.0.1:${imap}, tài khoản ${address}, mật khẩu "${password}"`,
        en: `Mail: IMAP on 127.0.0.1:${imap} as ${address}, password "${password}"`
      })),
      close: () => cleanups.end()
    }
  }
}

export default email

async function startMail(cleanups: Cleanup): Promise<{ readonly smtp: number; readonly imap: number }> {
  const [smtp, imap, lmtp] = [await freePort(), await freePort(), await freePort()]
  const mailboxes = Object.entries(passwords)
  const domains = mailboxes.map(([address]) => `"${address.split('@')[1]}"`)
  const rules = [
    `table people { ${mailboxes.map(([address]) => `"${address}" = "dovecot"`).join(', ')} }`,
    `action "deliver" lmtp "127.0.0.1:${lmtp}" rcpt-to virtual <people>`,
    `match from any for domain { ${domains.join(', ')} } action "deliver"`
  ]
  await startServers(cleanups, (folder) => {
    const servers = [
      prepareDovecot(folder, { ports: { imap, lmtp } }),
      prepareSmtpd(folder, { port: smtp, rules })
    ]
    for (const [address, password] of mailboxes) addMailbox(folder, address, password)
    return servers
  })
  return { smtp, imap }
}

/** The citizen is told by mail, and answers from the own mailbox, with the paper that is missing. */
async function exchange(flow: Flow, mailbox: Mailbox, smtp: number): Promise<void> {
  const { root } = flow
  const { address } = mailbox
  const subject = await requestNotice(flow, { channel: 'EMAIL', address, system: name })
  const mail = await findMail(mailbox, root)
  flow.outside({
    vi: `hộp thư ${address} có thư "${mail.subject}" từ ${mail.from?.address}`,
    en: `the mailbox ${address} has "${mail.subject}" from ${mail.from?.address}`
  })

  await answer(mail, address, smtp)
  const { event } = await flow.see({
    ...{ type: 'notification.answered.v1', subject, from: centre, to: commune, system: noticeSystem },
    ...{ where: ({ caseSubject }) => caseSubject === root },
    says: {
      vi: `thư trả lời của người dân đến ${commune.name}, có ghi là về hồ sơ ${root}`,
      en: `the citizen's answer reaches ${commune.name}, which sees that it is about dossier ${root}`
    }
  })
  const { text, attachments } = event.data
  const [file] = attachments as unknown as readonly { readonly name: string }[]
  if (!file) {
    throw new MissingStep({
      vi: `thư trả lời của ${address} đến mà thiếu tệp đính kèm`,
      en: `the answer of ${address} came without its file`
    })
  }
  flow.outside({
    vi: `${address} viết: "${text}", kèm tệp ${file.name}`,
    en: `${address} wrote: "${text}", with the file ${file.name}`
  })
}

async function answer({ messageId = '', subject = '', ...mail }: Email, from: string, port: number) {
  const to = mail.replyTo?.[0]?.address ?? mail.from?.address
  const smtp = createTransport({ host: '127.0.0.1', port, secure: false, ignoreTLS: true })
  try {
    await smtp.sendMail({
      ...{ from: { name: citizen.name, address: from }, to, subject: `Re: ${subject}` },
      ...{ inReplyTo: messageId, references: messageId },
      text: `Tôi gửi ${missingPaper.toLowerCase()}.\n\nVào hôm nay, Một cửa đã viết:\n> ${mail.text}`,
      attachments: [{ filename: `${missingPaper}.pdf`, content: '%PDF-1.4\n% Bản sao mẫu\n' }]
    })
  } finally {
    smtp.close()
  }
}
