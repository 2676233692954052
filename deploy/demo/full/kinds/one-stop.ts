import { type OneStopServer, startOneStopServer } from '../../../outsides/one-stop/one-stop-server.ts'
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
  title:
    'one-stop (the desk of a commune, a department and the services portal, in the national sync dialect)',

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
        `the one-stop desk of ${commune.name}: ${desk.url}, user ${user}, password "mat khau xa"`,
        `the one-stop system of ${department.name}: ${office.url}, user ${user}, password "mat khau so"`,
        `${services.name}: ${portal.url}, user ${user}, password "mat khau cong"`
      ],
      async close() {
        await Promise.all([desk.close(), office.close(), portal.close()])
      }
    }
  }
}

export default oneStop

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
    says: `${commune.name} received dossier ${root} at its desk`
  })
  await flow.see({
    ...{ type: 'dossier.received.v1', subject: linked, from: commune, to: department, system: name },
    says: `dossier ${linked}, linked under it, goes to ${department.name}`
  })
  await has(office, linked, '2', `the one-stop system of ${department.name}`, flow)
  await has(portal, root, '2', services.name, flow)
}

/** The desk sees that a paper is missing. */
async function requestSupplement(flow: Flow, { desk, portal }: Systems): Promise<void> {
  const { root } = flow
  desk.put({ ...recordIn(desk, root), TrangThaiHoSo: '5', DanhSachHoSoBoSung: [supplementRound()] })
  await flow.see({
    type: 'dossier.supplement-requested.v1',
    ...{ subject: root, from: commune, to: services, system: name },
    says: `${commune.name} requests a supplement to dossier ${root}: ${missingPaper}`
  })
  await has(portal, root, '5', services.name, flow)
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
    says: `${commune.name} has the supplement to dossier ${root}`
  })
  await has(portal, root, '2', services.name, flow)
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
    says: `${department.name} processes dossier ${linked}; ${commune.name} is told`
  })
  await flow.see({
    ...{ type: 'dossier.status-changed.v1', subject: root, from: commune, to: services, system: name },
    says: `${services.name} is told that dossier ${root} is being processed`
  })
  await hasProgress(desk, linked, `the desk of ${commune.name}`, flow)
  await hasProgress(portal, root, services.name, flow)
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
    says: `${department.name} finished dossier ${linked}; the result is at ${commune.name}`
  })
  await has(desk, linked, '9', `the desk of ${commune.name}`, flow)
  await finish(desk, flow)
  await has(portal, root, '10', services.name, flow)
}

/** The commune finishes the citizen's dossier, then returns its result. */
async function finish(desk: OneStopServer, flow: Flow): Promise<void> {
  const { root } = flow
  const finished = { ...recordIn(desk, root), TrangThaiHoSo: '9', NgayKetThucXuLy: localTime() }
  const returned = { ...finished, TrangThaiHoSo: '10', NgayTra: localTime(), ThongTinTra: 'Giấy phép mẫu' }
  const states = [
    [finished, `${commune.name} finished dossier ${root}`],
    [
      returned,
      `${commune.name} returned the result of dossier ${root} to the citizen; ${services.name} is told`
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
  where: string,
  flow: Flow
): Promise<void> {
  const look = async () => server.dossiers.get(code)?.TrangThaiHoSo === status || undefined
  await eventually(look, stepTimeoutMs, `${where} has not dossier ${code} with status ${status}`)
  flow.outside(`${where} has dossier ${code} with status ${status}`)
}

async function hasProgress(server: OneStopServer, code: string, where: string, flow: Flow): Promise<void> {
  const look = async () => server.progress.some(({ MaHoSo }) => MaHoSo === code) || undefined
  await eventually(look, stepTimeoutMs, `${where} has no progress of dossier ${code}`)
  flow.outside(`${where} has the progress of dossier ${code}`)
}
