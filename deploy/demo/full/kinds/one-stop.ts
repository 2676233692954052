import { type OneStopServer, startOneStopServer } from '../../../outsides/one-stop/one-stop-server.ts'
import type { Spoken } from '../../narrator.ts'
import { eventually } from '../../party.ts'
import { stepTimeoutMs } from '../../scenario-options.ts'
import { type Actor, agency, agreement, commune, department, services, system } from '../cast.ts'
import { type DemoKind, type DemoKindOptions, instanceOf, onThisMachine } from '../demo-kind.ts'
import type { Flow } from '../flow.ts'
import {
  type DemoRecord,
  dossierRecord,
  localTime,
  missingPaper,
  progressRecord,
  supplementRound
} from '../records.ts'

const user = 'truc'
const name = 'mot-cua'
const changes = [
  ...(['dossier.record-changed.v1', 'dossier.status-changed.v1'] as const),
  ...(['dossier.supplement-requested.v1', 'dossier.completed.v1'] as const)
]
const all = ['dossier.received.v1', ...changes] as const

/** The one-stop systems of the commune and of the department, and the services portal, which citizens look at. */
const oneStop: DemoKind = {
  title: {
    vi: 'one-stop (bộ phận một cửa của xã, sở và cổng dịch vụ công, theo chuẩn đồng bộ hồ sơ quốc gia)',
    en: 'one-stop (the desk of a commune, a department and the services portal, in the national sync dialect)'
  },

  async open(options) {
    const start = (password: string) => startOneStopServer({ user, password })
    const systems = {
      desk: await start('mat khau xa'),
      office: await start('mat khau so'),
      portal: await start('mat khau cong')
    }
    const { desk, office, portal } = systems
    desk.files.set('don.pdf', Buffer.from('%PDF-1.4\n% Đơn đề nghị mẫu\n'))
    office.files.set('giay-phep.pdf', Buffer.from('%PDF-1.4\n% Giấy phép mẫu\n'))
    return {
      province: {
        agencies: [
          agency(commune, system(name, 'Một cửa', ...all)),
          agency(department, system(name, 'Một cửa', ...changes), {
            ...system('qlvb', 'Quản lý văn bản và hồ sơ công việc', 'document.issued.v1'),
            hosted: true
          }),
          agency(services, system(name, 'Dịch vụ công trực tuyến'))
        ],
        agreements: [
          agreement(commune, department, ...all),
          agreement(department, commune, ...changes),
          agreement(commune, services, ...all),
          agreement(department, services, ...changes)
        ]
      },
      connectors: [
        instance(options, commune, { server: desk, password: 'mat khau xa' }),
        instance(options, department, { server: office, password: 'mat khau so' }),
        instance(options, services, { server: portal, password: 'mat khau cong', poll: 'no' })
      ],
      steps: {
        received: (flow) => receive(flow, systems),
        supplementRequested: (flow) => requestSupplement(flow, systems),
        supplemented: (flow) => takeSupplement(flow, systems),
        processed: (flow) => processDossiers(flow, systems),
        completed: (flow) => complete(flow, systems)
      },
      visit: [
        visitOf(places.desk, desk, 'mat khau xa'),
        visitOf(places.office, office, 'mat khau so'),
        visitOf(places.portal, portal, 'mat khau cong')
      ],
      async close() {
        await Promise.all([desk.close(), office.close(), portal.close()])
      }
    }
  }
}

export default oneStop

/** The outside systems, in words. */
const places = {
  desk: {
    vi: `hệ thống một cửa của ${commune.name}`,
    en: `the one-stop desk of ${commune.name}`
  },
  office: {
    vi: `hệ thống một cửa của ${department.name}`,
    en: `the one-stop system of ${department.name}`
  },
  portal: { vi: services.name, en: services.name }
}

function visitOf(place: Spoken, { url }: OneStopServer, password: string): Spoken {
  return {
    vi: `${capital(place.vi)}: ${url}, tài khoản ${user}, mật khẩu "${password}"`,
    en: `${capital(place.en)}: ${url}, user ${user}, password "${password}"`
  }
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}

interface Called {
  readonly server: OneStopServer
  readonly password: string
  readonly poll?: 'no'
}

function instance(options: DemoKindOptions, actor: Actor, { server, ...client }: Called): object {
  return {
    ...instanceOf(options, 'one-stop', actor, name),
    network: onThisMachine(),
    settings: { client: { baseUrl: server.url, user, ...client }, files: onThisMachine() }
  }
}

interface Systems {
  readonly desk: OneStopServer
  readonly office: OneStopServer
  readonly portal: OneStopServer
}

/** A citizen hands in a dossier; the desk registers another one for the department, linked under it. */
async function receive(flow: Flow, { desk, office, portal }: Systems): Promise<void> {
  const { root, linked } = flow
  const TaiLieuNop = [{ TenTepDinhKem: 'Đơn đề nghị.pdf', DuongDanTaiTepTin: `${desk.url}/tep/don.pdf` }]
  desk.put(dossierRecord(root, { TaiLieuNop }))
  desk.put(
    dossierRecord(linked, { MaHoSoGoc: root, DonViXuLy: department.name, TrichYeuHoSo: 'Thẩm định mẫu' })
  )
  await flow.see({
    ...{ type: 'dossier.received.v1', subject: root, from: commune, to: services, system: name },
    says: {
      vi: `${commune.name} tiếp nhận hồ sơ ${root} tại bộ phận một cửa`,
      en: `${commune.name} received dossier ${root} at its desk`
    }
  })
  await flow.see({
    ...{ type: 'dossier.received.v1', subject: linked, from: commune, to: department, system: name },
    says: {
      vi: `hồ sơ ${linked}, liên kết với hồ sơ đó, được chuyển đến ${department.name}`,
      en: `dossier ${linked}, linked under it, goes to ${department.name}`
    }
  })
  await has(office, linked, '2', places.office, flow)
  await has(portal, root, '2', places.portal, flow)
}

/** The desk sees that a paper is missing. */
async function requestSupplement(flow: Flow, { desk, portal }: Systems): Promise<void> {
  const { root } = flow
  desk.put({ ...recordIn(desk, root), TrangThaiHoSo: '5', DanhSachHoSoBoSung: [supplementRound()] })
  await flow.see({
    type: 'dossier.supplement-requested.v1',
    ...{ subject: root, from: commune, to: services, system: name },
    says: {
      vi: `${commune.name} yêu cầu bổ sung hồ sơ ${root}: ${missingPaper}`,
      en: `${commune.name} requests a supplement to dossier ${root}: ${missingPaper}`
    }
  })
  await has(portal, root, '5', places.portal, flow)
}

/** The desk has what was missing, and goes on. */
async function takeSupplement(flow: Flow, { desk, portal }: Systems): Promise<void> {
  const { root } = flow
  const received = { NgayTiepNhanBoSung: localTime(), ThongTinTiepNhan: 'Đã bổ sung', TrangThaiBoSung: '1' }
  const [round] = recordIn(desk, root).DanhSachHoSoBoSung as readonly object[]
  desk.put({
    ...recordIn(desk, root),
    ...{ TrangThaiHoSo: '2', DanhSachHoSoBoSung: [{ ...round, ...received }] }
  })
  await flow.see({
    ...{ type: 'dossier.record-changed.v1', subject: root, from: commune, to: services, system: name },
    where: ({ status }) => status === '2',
    says: {
      vi: `${commune.name} đã nhận phần bổ sung của hồ sơ ${root}`,
      en: `${commune.name} has the supplement to dossier ${root}`
    }
  })
  await has(portal, root, '2', places.portal, flow)
}

/** Both say that they work on their dossiers. */
async function processDossiers(flow: Flow, { desk, office, portal }: Systems): Promise<void> {
  const { root, linked } = flow
  desk.addProgress(progressRecord(root, '4', 'Đang chờ sở thẩm định'))
  office.addProgress(progressRecord(linked, '4', 'Đang thẩm định'))
  await flow.see({
    type: 'dossier.status-changed.v1',
    subject: linked,
    from: department,
    to: commune,
    system: name,
    says: {
      vi: `${department.name} đang xử lý hồ sơ ${linked}; ${commune.name} được báo`,
      en: `${department.name} processes dossier ${linked}; ${commune.name} is told`
    }
  })
  await flow.see({
    ...{ type: 'dossier.status-changed.v1', subject: root, from: commune, to: services, system: name },
    says: {
      vi: `${services.name} được báo hồ sơ ${root} đang được xử lý`,
      en: `${services.name} is told that dossier ${root} is being processed`
    }
  })
  await hasProgress(desk, linked, places.desk, flow)
  await hasProgress(portal, root, places.portal, flow)
}

/** The department finishes its dossier, with the result as a file; then the commune does. */
async function complete(flow: Flow, { desk, office, portal }: Systems): Promise<void> {
  const { root, linked } = flow
  const DuongDanTepTinKetQua = `${office.url}/tep/giay-phep.pdf`
  office.put({
    ...recordIn(office, linked),
    ...{ TrangThaiHoSo: '9', NgayKetThucXuLy: localTime(), ThongTinTra: 'Đồng ý cấp phép' },
    DanhSachGiayToKetQua: [{ TenGiayTo: 'Giấy phép mẫu', DuongDanTepTinKetQua }]
  })
  await flow.see({
    ...{ type: 'dossier.completed.v1', subject: linked, from: department, to: commune, system: name },
    says: {
      vi: `${department.name} giải quyết xong hồ sơ ${linked}; kết quả đã đến ${commune.name}`,
      en: `${department.name} finished dossier ${linked}; the result is at ${commune.name}`
    }
  })
  await has(desk, linked, '9', places.desk, flow)
  await finish(desk, flow)
  await has(portal, root, '10', places.portal, flow)
}

/** The commune finishes the citizen's dossier, then returns its result. */
async function finish(desk: OneStopServer, flow: Flow): Promise<void> {
  const { root } = flow
  const finished = { ...recordIn(desk, root), TrangThaiHoSo: '9', NgayKetThucXuLy: localTime() }
  const returned = { ...finished, TrangThaiHoSo: '10', NgayTra: localTime(), ThongTinTra: 'Giấy phép mẫu' }
  const states = [
    [
      finished,
      {
        vi: `${commune.name} giải quyết xong hồ sơ ${root}`,
        en: `${commune.name} finished dossier ${root}`
      }
    ],
    [
      returned,
      {
        vi: `${commune.name} trả kết quả hồ sơ ${root} cho người dân; ${services.name} được báo`,
        en: `${commune.name} returned the result of dossier ${root} to the citizen; ${services.name} is told`
      }
    ]
  ] as const
  for (const [record, says] of states) {
    desk.put(record)
    await flow.see({
      ...{ type: 'dossier.completed.v1', subject: root, from: commune, to: services, system: name },
      ...{ says, where: ({ status }) => status === record.TrangThaiHoSo }
    })
  }
}

function recordIn(server: OneStopServer, code: string): DemoRecord {
  return { ...server.dossiers.get(code), MaHoSo: code }
}

async function has(
  server: OneStopServer,
  code: string,
  status: string,
  where: Spoken,
  flow: Flow
): Promise<void> {
  const look = async () => server.dossiers.get(code)?.TrangThaiHoSo === status || undefined
  await eventually(look, stepTimeoutMs, {
    vi: `${where.vi} không có hồ sơ ${code} ở trạng thái ${status}`,
    en: `${where.en} has not dossier ${code} with status ${status}`
  })
  flow.outside({
    vi: `${where.vi} có hồ sơ ${code} ở trạng thái ${status}`,
    en: `${where.en} has dossier ${code} with status ${status}`
  })
}

async function hasProgress(server: OneStopServer, code: string, where: Spoken, flow: Flow): Promise<void> {
  const look = async () => server.progress.some(({ MaHoSo }) => MaHoSo === code) || undefined
  await eventually(look, stepTimeoutMs, {
    vi: `${where.vi} không có tiến độ của hồ sơ ${code}`,
    en: `${where.en} has no progress of dossier ${code}`
  })
  flow.outside({
    vi: `${where.vi} có tiến độ của hồ sơ ${code}`,
    en: `${where.en} has the progress of dossier ${code}`
  })
}
