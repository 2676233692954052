import { join } from 'node:path'
import { collectCleanups } from '../../../servers/cleanup.ts'
import { startSshd } from '../../../servers/sshd.ts'
import { type DocumentSystem, openDocumentSystem } from '../../document-system.ts'
import { documentIdOf, documentPackage, statusPackage } from '../../packages.ts'
import { stepTimeoutMs } from '../../scenario-options.ts'
import { agency, consulted, department, system } from '../cast.ts'
import { type DemoKind, instanceOf } from '../demo-kind.ts'
import type { Flow } from '../flow.ts'

const name = 'qlvb'
const types = ['document.issued.v1', 'document.status-changed.v1']

/** A department that takes part by documents alone: the dossier comes to it inside edXML, over SFTP. */
const documentSftp: DemoKind = {
  title: { vi: 'document qua SFTP (OpenSSH)', en: 'document over SFTP (OpenSSH)' },
  needs: ['sshd'],

  async open(options) {
    const cleanups = collectCleanups()
    const sshd = await startSshd(cleanups)
    const folder = join(options.packagesFolder, consulted.code)
    const outside = openDocumentSystem(consulted.code, folder)
    const sftp = {
      ...{ host: '127.0.0.1', port: sshd.port, user: sshd.user, hostKeys: [sshd.hostKey], folder },
      ...{ privateKeyFile: sshd.privateKeyFile, quietSeconds: 1, allowPrivateAddresses: true }
    }
    const command = `sftp -o StrictHostKeyChecking=accept-new -i ${sshd.privateKeyFile} -P ${sshd.port} ${sshd.user}@127.0.0.1`
    return {
      province: { agencies: [agency(consulted, system(name, 'Quản lý văn bản', ...types))] },
      connectors: [{ ...instanceOf(options, 'document', consulted, name), settings: { sftp } }],
      steps: {
        consulted: (flow) => consult(flow, outside)
      },
      visit: [
        {
          vi: `Gói tin của ${consulted.name}: ${folder}, hoặc dùng lệnh: ${command}`,
          en: `Packages of ${consulted.name}: ${folder}, also by: ${command}`
        }
      ],
      close: () => cleanups.end()
    }
  }
}

export default documentSftp

/** The department asks for an opinion; the other one accepts the document, and answers it. */
async function consult(flow: Flow, outside: DocumentSystem): Promise<void> {
  const number = `${Date.now() % 1_000_000_000}`
  const letter = { from: department.code, to: [consulted.code], number }
  const letterId = documentIdOf(letter)
  await flow.documents.drop(
    `${number}.edxml`,
    documentPackage({
      ...{ ...letter, title: `V/v lấy ý kiến hồ sơ ${flow.linked}`, files: [] },
      ...{ referenceCodes: [flow.linked], applicationType: 'MCDT_DT' }
    })
  )
  await flow.see({
    type: 'document.issued.v1',
    subject: letterId,
    from: department,
    to: consulted,
    system: name,
    says: {
      vi: `${department.name} gửi hồ sơ ${flow.linked} đến ${consulted.name} trong một văn bản edXML`,
      en: `${department.name} sends dossier ${flow.linked} to ${consulted.name} inside an edXML document`
    }
  })
  await outside.find([letterId, flow.linked], stepTimeoutMs)
  flow.outside({
    vi: `hệ thống văn bản của ${consulted.name} có gói này, qua SFTP`,
    en: `the document system of ${consulted.name} has the package, over SFTP`
  })

  const accepted = { code: '03', description: 'Đã tiếp nhận, vào sổ văn bản đến' }
  await outside.drop(
    `${number}-03.edxml`,
    statusPackage({ from: consulted.code, original: letter, ...accepted })
  )
  await flow.see({
    type: 'document.status-changed.v1',
    ...{ subject: letterId, from: consulted, to: department, system: name },
    says: {
      vi: `${consulted.name} tiếp nhận văn bản (trạng thái 03)`,
      en: `${consulted.name} accepted the document (status 03)`
    }
  })

  const answer = { from: consulted.code, to: [department.code], number: `${number}1` }
  const answerId = documentIdOf(answer)
  await outside.drop(
    `${answer.number}.edxml`,
    documentPackage({ ...answer, title: 'V/v góp ý hồ sơ', files: [], responseFor: letter })
  )
  await flow.see({
    type: 'document.issued.v1',
    subject: answerId,
    from: consulted,
    to: department,
    system: name,
    says: {
      vi: `${consulted.name} trả lời bằng một văn bản`,
      en: `${consulted.name} answers with a document of its own`
    }
  })
  await flow.documents.find([answerId], stepTimeoutMs)
  flow.outside({
    vi: `hệ thống văn bản của ${department.name} có văn bản trả lời`,
    en: `the document system of ${department.name} has the answer`
  })
}
