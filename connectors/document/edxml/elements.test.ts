import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { XmlDocument, type XmlElement } from 'libxml2-wasm'
import { writtenPackage } from '../fixtures/written-package.ts'
import { dateOf, instantOf } from './package-times.ts'
import { edxmlNamespace } from './paths.ts'

interface Row {
  readonly element: string
  readonly isStatus: boolean
  readonly member: string
  readonly form: string
}

const rows: readonly Row[] = [
  ...readFileSync(join(import.meta.dirname, 'ELEMENTS.md'), 'utf8').matchAll(
    /^\| `([^`]+)` \| (all|documents|status) \| `([^`]+)` \| ([^|]+) \|/gm
  )
].flatMap(([, element = '', types, member = '', form = '']) =>
  [false, true]
    .filter((isStatus) => types === 'all' || isStatus === (types === 'status'))
    .map((isStatus) => ({ element, isStatus, member, form }))
)

const organization = (organId: string) => ({
  ...{
    organId,
    organName: `Cơ quan <${organId}>`,
    organizationInCharge: 'UBND & tỉnh',
    address: '1 Đường Mẫu'
  },
  ...{ email: 'a@example', telephone: '0209', fax: '0210', website: 'https://a.example' }
})
const responseFor = (number: number) => ({
  organId: '000.00.92.H03',
  code: `${number}/SMB`,
  documentId: `000.00.92.H03,2026/01/02,${number}/SMB`,
  promulgationDate: '2026-01-02'
})
const staff = {
  ...{ department: 'Văn thư', departmentId: 'D1', staff: 'Người Mẫu', staffId: 'S1' },
  ...{ mobile: '0900', email: 's@example' }
}
/** Every member that a document of any business type may have. */
const document = {
  documentId: '000.00.91.H03,2026/02/27,1/SMA',
  from: organization('000.00.91.H03'),
  to: [organization('000.00.92.H03'), organization('000.00.93.H03')],
  ...{ codeNumber: '1', codeNotation: 'SMA', place: 'Nơi mẫu', promulgationDate: '2026-02-27' },
  ...{
    documentType: '1',
    documentTypeDetail: '0',
    documentTypeName: 'Công văn',
    title: 'V/v "thử"',
    content: 'Tóm tắt'
  },
  signer: { competence: 'KT.', position: 'Phó', fullName: 'Người Ký' },
  ...{
    dueDate: '2026-03-06',
    toPlaces: ['Như trên', 'Lưu'],
    priority: '1',
    sphereOfPromulgation: 'Trong tỉnh'
  },
  ...{
    typerNotation: 'NSM',
    promulgationAmount: 2,
    pageAmount: 3,
    appendixes: ['A', 'B'],
    direction: 'true'
  },
  ...{ replyFors: ['r1', 'r2'], referenceCodes: ['m1', 'm2'], responseFor: [responseFor(1), responseFor(2)] },
  ...{
    steeringType: '2',
    taskCodes: ['t1', 't2'],
    applicationType: 'MCDT_DT',
    reason: 'Lý do',
    paper: '0',
    staff
  },
  trace: [
    { organId: '000.00.91.H03', at: '2026-02-27T01:00:00.000Z' },
    { organId: '000.00.90.H03', at: '2026-02-27T17:30:00.000Z' }
  ]
}
const update = {
  ...{ affectedDocumentId: document.documentId, documentInfoChanged: '0', receiversChanged: '1' },
  receivers: [
    { organId: '000.00.92.H03', receiverType: '0' },
    { organId: '000.00.93.H03', receiverType: '1' }
  ]
}
const replacements = [
  { documentId: 'D-7', organIds: ['000.00.92.H03', '000.00.93.H03'] },
  { documentId: 'D-8', organIds: ['000.00.92.H03'] }
]
const status = {
  ...{
    from: organization('000.00.92.H03'),
    responseFor: responseFor(1),
    statusCode: '03',
    description: 'Vào sổ'
  },
  ...{ staff, at: '2026-02-27T02:00:00.000Z' }
}
const files = [
  { name: 'bảng.xlsx', mediaType: 'application/zip', bytes: Buffer.from('PK\u0003\u0004') },
  { name: 'văn bản.odt', mediaType: 'application/vnd.oasis.opendocument.text', bytes: Buffer.from([0, 255]) }
]
const examples: Readonly<Record<string, object>> = {
  'document.issued.v1': document,
  'document.recalled.v1': { ...document, affectedDocumentId: document.documentId },
  'document.updated.v1': { ...document, ...update },
  'document.replaced.v1': { ...document, replacements },
  'document.status-changed.v1': status
}
const businessTypes = ['issued', 'recalled', 'updated', 'replaced'].map((name) => `document.${name}.v1`)

/** The values of a member, `a[].b` of every item of a list. */
function valuesAt(data: unknown, member: string): readonly unknown[] {
  return member.split('.').reduce<readonly unknown[]>(
    (values, step) => {
      const name = step.replaceAll('[]', '')
      const found = values.map((value) => (value as Readonly<Record<string, unknown>>)[name])
      return (step.endsWith('[]') ? found.flat() : found).filter((value) => value !== undefined)
    },
    [data]
  )
}

function expected({ member, form }: Row, type: string, data: object): readonly string[] {
  const all = { ...data, files: type.includes('status') ? [] : files }
  if (member === '(type)') return [String(businessTypes.indexOf(type))]
  if (member === '(number)') return files.map((_file, index) => `cid:${index + 1}`)
  if (member === '(none)') return [form]
  return valuesAt(all, member).map((value) =>
    form === 'base64' ? (value as Buffer).toString('base64') : String(value)
  )
}

/** The texts of a package by path, found by another parser than the connector's. */
function textsIn(xml: Buffer): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>()
  const parsed = XmlDocument.fromBuffer(xml)
  const visit = (element: XmlElement, path: string): void => {
    assert.equal(element.namespaceUri, edxmlNamespace)
    for (const { name, value } of element.attrs) found.set(`${path}/@${name}`, [value])
    const children = element.find('*') as XmlElement[]
    if (children.length === 0) found.set(path, [...(found.get(path) ?? []), element.content])
    for (const child of children) visit(child, path === '' ? child.name : `${path}/${child.name}`)
  }
  visit(parsed.root, '')
  parsed.dispose()
  return found
}

/** A value as the member has it. */
function asMember(form: string, text: string): string | undefined {
  if (form === 'date') return /^\d{4}\/\d\d\/\d\d$/.test(text) ? dateOf(text) : undefined
  if (form === 'time') return /^\d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d$/.test(text) ? instantOf(text) : undefined
  return text
}

describe('the table of elements', () => {
  for (const [type, data] of Object.entries(examples)) {
    it(`has the value of each element of ${type}, and no other`, () => {
      const isStatus = type === 'document.status-changed.v1'
      const texts = textsIn(writtenPackage(type, data, isStatus ? [] : files))
      const here = rows.filter((row) => row.isStatus === isStatus)
      for (const row of here) {
        const written = (texts.get(row.element) ?? []).map((text) => asMember(row.form, text))
        assert.deepEqual(written, expected(row, type, data), row.element)
      }
      const known = new Set(here.map(({ element }) => element))
      assert.deepEqual(
        [...texts.keys()].filter((path) => !known.has(path)),
        []
      )
    })
  }

  it('has a value for every row in one of the packages', () => {
    const unused = rows.filter((row) =>
      Object.entries(examples).every(
        ([type, data]) => row.isStatus !== type.includes('status') || expected(row, type, data).length === 0
      )
    )
    assert.deepEqual(unused, [])
  })
})
