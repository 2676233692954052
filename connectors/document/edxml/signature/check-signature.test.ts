import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { SignedXml } from 'xml-crypto'
import { BusError } from '#protocol/errors/bus-error.ts'
import { fixture } from '../../fixtures/fixtures.ts'
import { readPackage } from '../read-package.ts'
import { loadAuthorities } from './authorities.ts'
import { signatureCheck } from './check-signature.ts'

const authorities = await loadAuthorities(join(import.meta.dirname, '..', '..', 'fixtures', 'authority.pem'))
const at = Date.parse('2027-01-01T00:00:00.000Z')
const trust = { authorities, at }
const read = (xml: string, how = trust) => readPackage(Buffer.from(xml), signatureCheck(how))

function refusedAs(fault: string) {
  return (error: unknown) =>
    error instanceof BusError && error.code === 'BUS_PACKAGE_INVALID' && error.fault === fault
}

/** The signed fixtures were made with xmlsec1, not with what checks them here. */
describe("a package's signature", () => {
  it('is valid where it holds and a trusted authority issued its certificate', () => {
    const signed = read(fixture('signed-sha256'))
    assert.equal(signed.signature, 'valid')
    const { signature: _signature, signer: _signer, ...content } = signed
    assert.deepEqual(content, read(fixture('issued')))
  })

  it('is untrusted where nobody known issued its certificate, or it was not valid at the time', () => {
    assert.equal(read(fixture('signed-sha256'), { authorities: [], at }).signature, 'untrusted')
    assert.equal(read(fixture('signed-sha256'), { authorities, at: 0 }).signature, 'untrusted')
  })

  it('is weak where it is made with SHA-1', () => {
    assert.equal(read(fixture('signed-sha1')).signature, 'weak')
  })

  it('is unverifiable where it only bears the name, or its certificate cannot be read', () => {
    const named = fixture('issued').replace(
      '</edXML:edXMLHeader>',
      '<Signature><SignedInfo/></Signature></edXML:edXMLHeader>'
    )
    assert.equal(read(named).signature, 'unverifiable')
    const truncated = fixture('signed-sha256').replace(/(<X509Certificate>)[^<]{300}/, '$1')
    assert.equal(read(truncated).signature, 'unverifiable')
    assert.equal(read(fixture('issued')).signature, undefined)
  })

  it('is told apart where the document names a namespace that the parser of signatures does not take', () => {
    for (const namespace of ['http://a|b\ufffd', 'urn:văn bản']) {
      const xml = fixture('signed-sha256').replace('<edXML:edXMLBody', `$& xmlns:x="${namespace}"`)
      const { signature, signer } = read(xml)
      assert.deepEqual([signature, signer], ['unsupported', undefined], namespace)
    }
  })

  it('is of no known signer where it is not checked', () => {
    const truncated = fixture('signed-sha256').replace(/(<X509Certificate>)[^<]{300}/, '$1')
    for (const xml of [fixture('issued'), truncated]) assert.equal(read(xml).signer, undefined)
    assert.match(read(fixture('signed-sha256')).signer?.sha256 ?? '', /^[0-9a-f]{64}$/)
  })

  const rows: Readonly<Record<string, readonly [string, (signed: string) => string]>> = {
    'text changed after it was signed': [
      'package-signature-wrong',
      (xml) => xml.replace('V/v thử nghiệm', 'V/v thử nghiêm')
    ],
    'an attachment changed': [
      'package-signature-wrong',
      (xml) => xml.replace('eGluIGNow6Bv', 'eGluIGNow6Bw')
    ],
    'another recipient added': [
      'package-signature-wrong',
      (xml) => xml.replace(/(<edXML:To>[\s\S]*?<\/edXML:To>)/, '$1$1')
    ],
    'a changed digest': [
      'package-signature-wrong',
      (xml) => xml.replace(/<DigestValue>.{4}/, '<DigestValue>AAAA')
    ],
    'a comment in its digest': [
      'package-signature-odd',
      (xml) => xml.replace(/<DigestValue>(.{4})/, '<DigestValue>$1<!-- -->')
    ],
    'two signatures': [
      'package-signature-odd',
      (xml) => xml.replace(/(<Signature [\s\S]*<\/Signature>)/, '$1$1')
    ],
    'a second signature hidden in an attachment': [
      'package-signature-odd',
      (xml) => xml.replace('</Attachment>', `<Signature/></Attachment>`)
    ],
    'two SignedInfo': [
      'package-signature-odd',
      (xml) => xml.replace(/(<SignedInfo>[\s\S]*<\/SignedInfo>)/, '$1$1')
    ],
    'two references': [
      'package-signature-odd',
      (xml) => xml.replace(/(<Reference [\s\S]*<\/Reference>)/, '$1$1')
    ],
    'a reference to a part': ['package-signature-odd', (xml) => xml.replace('URI=""', 'URI="#x"')],
    'an unknown transform': [
      'package-signature-odd',
      (xml) => xml.replace('xmldsig#enveloped-signature', 'xmldsig#base64')
    ],
    'a secret key for a method': [
      'package-signature-odd',
      (xml) => xml.replace('2001/04/xmldsig-more#rsa-sha256', '2000/09/xmldsig#hmac-sha1')
    ]
  }
  for (const [what, [fault, change]] of Object.entries(rows)) {
    it(`is refused with ${what}`, () => {
      const changed = change(fixture('signed-sha256'))
      assert.notEqual(changed, fixture('signed-sha256'))
      assert.throws(() => read(changed), refusedAs(fault))
    })
  }

  it("is refused where another key than the certificate's made it", () => {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
    const certificate = /<X509Certificate>([\s\S]*?)<\/X509Certificate>/.exec(fixture('signed-sha256'))?.[1]
    const canonical = 'http://www.w3.org/2001/10/xml-exc-c14n#'
    const signer = new SignedXml({
      privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }),
      canonicalizationAlgorithm: canonical,
      signatureAlgorithm: 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256',
      getKeyInfoContent: () => `<X509Data><X509Certificate>${certificate}</X509Certificate></X509Data>`
    })
    signer.addReference({
      xpath: '/*',
      isEmptyUri: true,
      digestAlgorithm: 'http://www.w3.org/2001/04/xmlenc#sha256',
      transforms: ['http://www.w3.org/2000/09/xmldsig#enveloped-signature', canonical]
    })
    signer.computeSignature(fixture('issued'), {
      location: { reference: "//*[local-name(.)='edXMLHeader']", action: 'append' }
    })
    assert.throws(() => read(signer.getSignedXml()), refusedAs('package-signature-wrong'))
  })
})

describe('the file of authorities', () => {
  const folder = mkdtempSync(join(tmpdir(), 'lienthong-authorities-'))
  after(() => rmSync(folder, { recursive: true }))
  const pem = readFileSync(join(import.meta.dirname, '..', '..', 'fixtures', 'authority.pem'), 'utf8')
  const rows: Readonly<Record<string, string | Buffer>> = {
    empty: '',
    'in DER': authorities[0]?.raw ?? '',
    'with certificates for OpenSSL alone': pem.replaceAll(' CERTIFICATE-', ' TRUSTED CERTIFICATE-'),
    'with a broken certificate': pem.replace(/\n.{20}/, '\n')
  }
  for (const [what, content] of Object.entries(rows)) {
    it(`is rejected when it is ${what}`, async () => {
      const file = join(folder, 'authorities.pem')
      writeFileSync(file, content)
      await assert.rejects(loadAuthorities(file), { code: 'BUS_CONFIG_INVALID' })
    })
  }
})
