import assert from 'node:assert/strict'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { before, it } from 'node:test'
import { createClient } from '#client/create-client.ts'
import { statusNames } from '#connectors/document/edxml/codes.ts'
import type { EdxmlPackage } from '#connectors/document/edxml/edxml-package.ts'
import { readPackage } from '#connectors/document/edxml/read-package.ts'
import { documentWith, fixture } from '#connectors/document/fixtures/fixtures.ts'
import { keyFiles, readKey } from '#runtime/keyring.ts'
import { drop, namesIn, startDemo, until } from '../helpers/demo-packages.ts'
import { describeOnEngines } from '../helpers/engine-sets.ts'
import { patiently } from '../helpers/patiently.ts'
import { afterSuite } from '../helpers/servers/cleanup.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'
import { until as untilSo } from '../helpers/until.ts'

const sender = '000.00.91.H03'
const recipient = '000.00.92.H03'
const original = `${sender},2019/02/27,15/SMA-VP`
const affected = `<edXML:DocumentId>${original}</edXML:DocumentId>`
const numbered = (xml: string, number: string): string => xml.replaceAll('15/SMA-VP', `${number}/SMA-VP`)

const read = new Map<string, EdxmlPackage>()

/** The packages an agency was given about documents with this text in their id, oldest first. */
function given(folder: string, agency: string, text: string): readonly EdxmlPackage[] {
  const names = namesIn(folder, agency, 'out').map((name) => join(folder, 'packages', agency, 'out', name))
  const packages = names.map((name) => read.get(name) ?? readPackage(readFileSync(name)))
  for (const [index, one] of packages.entries()) read.set(names[index] ?? '', one)
  return packages.filter(({ subject }) => subject.includes(text))
}

describeOnEngines('the demo province', ({ flagsFor }) => {
  const suite = afterSuite()
  let [folder, gateway] = ['', '']
  before(async () => {
    folder = temporaryFolder(suite)
    ;({ gateway } = await startDemo(suite, folder, await flagsFor(folder)))
  })

  it('lets every business type and every status cross, each delivery in the trace', async () => {
    const business = {
      'document.issued.v1': fixture('issued'),
      'document.updated.v1': documentWith(
        `${affected}<edXML:BussinessDocType>2</edXML:BussinessDocType><edXML:BussinessDocReason>Sửa trích yếu</edXML:BussinessDocReason><edXML:BussinessDocumentInfo><edXML:DocumentInfo>1</edXML:DocumentInfo><edXML:DocumentReceiver>0</edXML:DocumentReceiver></edXML:BussinessDocumentInfo>`
      ),
      'document.replaced.v1': documentWith(
        `<edXML:BussinessDocType>3</edXML:BussinessDocType><edXML:ReplacementInfoList><edXML:ReplacementInfo>${affected}<edXML:OrganIdList><edXML:OrganId>${recipient}</edXML:OrganId></edXML:OrganIdList></edXML:ReplacementInfo></edXML:ReplacementInfoList>`
      ),
      'document.recalled.v1': documentWith(
        `${affected}<edXML:BussinessDocType>1</edXML:BussinessDocType><edXML:BussinessDocReason>Gửi nhầm</edXML:BussinessDocReason>`
      )
    }
    for (const [index, [type, xml]] of Object.entries(business).entries()) {
      drop(folder, sender, `${type}.edxml`, xml)
      await until(() => given(folder, recipient, '15/SMA-VP').length > index, type)
    }
    const arrived = given(folder, recipient, '15/SMA-VP')
    assert.deepEqual(
      arrived.map(({ type }) => type),
      Object.keys(business)
    )
    for (const [index, xml] of Object.values(business).entries()) {
      const sent = readPackage(Buffer.from(xml))
      const { data, files } = arrived[index] as EdxmlPackage
      const trace = data.trace as readonly { readonly organId: string }[]
      assert.deepEqual({ ...data, trace: trace.slice(0, -1) }, sent.data)
      assert.equal(trace.at(-1)?.organId, recipient)
      assert.deepEqual(files, sent.files)
    }

    const codes = Object.keys(statusNames).sort()
    for (const code of codes) {
      const isRequest = code === '13'
      const xml = fixture('status-03').replace('>03<', `>${code}<`)
      const turned = xml.replaceAll(sender, '@').replaceAll(recipient, sender).replaceAll('@', recipient)
      const asked = turned.replaceAll(`${recipient},2019`, `${sender},2019`)
      drop(folder, isRequest ? sender : recipient, `status-${code}.edxml`, isRequest ? asked : xml)
    }
    const statuses = (agency: string): readonly unknown[] =>
      given(folder, agency, '15/SMA-VP')
        .filter(({ type }) => type === 'document.status-changed.v1')
        .map(({ data }) => data.statusCode)
    await until(() => statuses(sender).length + statuses(recipient).length >= codes.length, 'every status')
    assert.deepEqual(
      statuses(sender),
      codes.filter((code) => code !== '13')
    )
    assert.deepEqual(statuses(recipient), ['13'])
  })

  it('hands a document sent again over as an update', async () => {
    for (const [index, name] of ['first.edxml', 'again.edxml'].entries()) {
      drop(folder, sender, name, numbered(fixture('issued'), '7001'))
      await until(() => given(folder, recipient, '7001/').length > index, name)
    }
    const [first, again] = given(folder, recipient, '7001/')
    assert.equal(first?.type, 'document.issued.v1')
    assert.equal(again?.type, 'document.updated.v1')
    assert.equal(again.data.affectedDocumentId, first.subject)
  })

  it('never delivers what was recalled while its document system could not be reached', async () => {
    const key = (await readKey(keyFiles(folder).operator)).privateJwk
    const operator = await createClient({ gateway, system: '/bus/systems/operator', key })
    const writing = join(folder, 'packages', recipient, 'writing')
    rmSync(writing, { recursive: true })
    writeFileSync(writing, 'in the way')
    drop(folder, sender, 'issued.edxml', numbered(fixture('issued'), '7002'))
    const recall = `${affected}<edXML:BussinessDocType>1</edXML:BussinessDocType><edXML:BussinessDocReason>Gửi nhầm</edXML:BussinessDocReason>`
    await until(() => namesIn(folder, sender, 'in').length === 0, 'the document taken')
    drop(folder, sender, 'recall.edxml', numbered(documentWith(recall), '7002'))
    await untilSo(async () => {
      const { items } = await patiently(() =>
        operator.get<{ readonly items: readonly unknown[] }>('/v1/deliveries?state=ended')
      )
      return items.length > 0
    }, 60_000)
    rmSync(writing)
    await mkdir(writing, { recursive: true }) // The connector may have made it meanwhile.
    await until(() => given(folder, recipient, '7002/').length > 0, 'the recall')
    await new Promise((resolve) => setTimeout(resolve, 1000))
    assert.deepEqual(
      given(folder, recipient, '7002/').map(({ type }) => type),
      ['document.recalled.v1']
    )
  })
})
