import { type AxisServer, openAxisServer } from '../../../outsides/axis/server.ts'
import { documentIdOf, documentPackage, statusPackage } from '../../packages.ts'
import { eventually } from '../../party.ts'
import { stepTimeoutMs } from '../../scenario-options.ts'
import { agency, department, ministry, system } from '../cast.ts'
import { type DemoKind, instanceOf, onThisMachine } from '../demo-kind.ts'
import type { Flow } from '../flow.ts'

const name = 'truc'
/** The integration centres of the province, which the bus is, and of the ministry. */
const province = { systemId: 'lgsp.h03', secret: 'bi mat cua tinh' }
const beyond = { systemId: 'lgsp.g99', secret: 'bi mat cua bo' }

/** A ministry beyond the document axis. */
const documentAxis: DemoKind = {
  title: { vi: 'document qua trục liên thông văn bản', en: 'document over the document axis' },

  async open(options) {
    const axis = await openAxisServer({
      accounts: [province, beyond],
      agencies: [{ ...ministry, pcode: beyond.systemId }]
    })
    const settings = {
      axis: {
        ...{ endpoint: `http://127.0.0.1:${axis.port}`, ...province, ...onThisMachine() },
        register: [department]
      }
    }
    return {
      province: {
        agencies: [agency(ministry, system(name, 'Trục liên thông văn bản', 'document.status-changed.v1'))]
      },
      connectors: [{ ...instanceOf(options, 'document', ministry, name), settings }],
      steps: { decided: (flow) => decide(flow, axis) },
      visit: [
        {
          vi: `Trục liên thông văn bản: http://127.0.0.1:${axis.port}, của ${ministry.name} với SystemId ${beyond.systemId}, khóa bí mật "${beyond.secret}"`,
          en: `The document axis: http://127.0.0.1:${axis.port}, for ${ministry.name} with SystemId ${beyond.systemId}, secret "${beyond.secret}"`
        }
      ],
      close: () => axis.close()
    }
  }
}

export default documentAxis

async function decide(flow: Flow, axis: AxisServer): Promise<void> {
  const number = `${Date.now() % 1_000_000_000}`
  const decision = { from: department.code, to: [ministry.code], number }
  const subject = documentIdOf(decision)
  await flow.documents.drop(
    `${number}.edxml`,
    documentPackage({
      ...{ ...decision, title: `Báo cáo kết quả hồ sơ ${flow.linked}`, referenceCodes: [flow.linked] },
      files: [
        { name: 'giay-phep.pdf', mediaType: 'application/pdf', bytes: Buffer.from('%PDF-1.4\n% Giấy phép\n') }
      ]
    })
  )
  await flow.see({
    ...{ type: 'document.issued.v1', subject, from: department, to: ministry, system: name },
    says: {
      vi: `${department.name} gửi văn bản về hồ sơ ${flow.linked} đến ${ministry.name}`,
      en: `dossier ${flow.linked} causes a document of ${department.name} to ${ministry.name}`
    }
  })
  const look = async () =>
    axis.documents.find(({ to, file }) => to === ministry.code && file.includes(subject))
  const found = await eventually(look, stepTimeoutMs, {
    vi: `gói ${subject} không đến trục`,
    en: `no package ${subject} came to the axis`
  })
  flow.outside({
    vi: `trục có gói này, mã ${found.docId}, ${found.file.length} byte, có nêu hồ sơ ${flow.linked}`,
    en: `the axis has the package as ${found.docId}, ${found.file.length} bytes, naming dossier ${flow.linked}`
  })

  const accepted = { code: '03', description: 'Đã tiếp nhận, vào sổ văn bản đến' }
  const status = statusPackage({ from: ministry.code, original: decision, ...accepted })
  axis.add(Buffer.from(status), 'status')
  await flow.see({
    ...{ type: 'document.status-changed.v1', subject, from: ministry, to: department, system: 'qlvb' },
    says: {
      vi: `${ministry.name} tiếp nhận văn bản qua trục (trạng thái 03)`,
      en: `${ministry.name} accepted the document over the axis (status 03)`
    }
  })
  await flow.documents.find([subject, '<edXML:StatusCode>03<'], stepTimeoutMs)
  flow.outside({
    vi: `hệ thống văn bản của ${department.name} có trạng thái này`,
    en: `the document system of ${department.name} has the status`
  })
}
