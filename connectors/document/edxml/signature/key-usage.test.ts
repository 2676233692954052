import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { X509Certificate } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { SignedXml } from 'xml-crypto'
import { fixture } from '../../fixtures/fixtures.ts'
import { readPackage } from '../read-package.ts'
import { signatureCheck } from './check-signature.ts'

const folder = mkdtempSync(join(tmpdir(), 'lienthong-key-usage-'))
after(() => rmSync(folder, { recursive: true }))
const openssl = (...words: readonly string[]): void =>
  void execFileSync('openssl', words, { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] })
const key = ['-newkey', 'rsa:2048', '-nodes']
openssl('req', '-x509', ...key, '-days', '1', '-subj', '/CN=Goc mau', '-keyout', 'ca.key', '-out', 'ca.crt')
const subject = '/C=VN/O=Sở mẫu A, phòng 1/CN=Văn thư'
openssl('req', ...key, '-subj', subject, '-utf8', '-keyout', 'a.key', '-out', 'a.csr')
const authority = new X509Certificate(readFileSync(join(folder, 'ca.crt')))

/** Signs the document with a certificate that has these extensions, and reads it. */
function signedWith(extensions: string) {
  writeFileSync(join(folder, 'a.ext'), extensions)
  const by = ['-CA', 'ca.crt', '-CAkey', 'ca.key', '-CAcreateserial', '-days', '1', '-extfile', 'a.ext']
  openssl('x509', '-req', '-in', 'a.csr', ...by, '-out', 'a.crt')
  const certificate = new X509Certificate(readFileSync(join(folder, 'a.crt')))
  const canonical = 'http://www.w3.org/2001/10/xml-exc-c14n#'
  const raw = certificate.raw.toString('base64')
  const signer = new SignedXml({
    privateKey: readFileSync(join(folder, 'a.key'), 'utf8'),
    canonicalizationAlgorithm: canonical,
    signatureAlgorithm: 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256',
    getKeyInfoContent: () => `<X509Data><X509Certificate>${raw}</X509Certificate></X509Data>`
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
  const trust = { authorities: [authority], at: Date.now() }
  return { certificate, read: readPackage(Buffer.from(signer.getSignedXml()), signatureCheck(trust)) }
}

describe('a right signature under a trusted authority', () => {
  const worths: Readonly<Record<string, string>> = {
    '': 'valid',
    'keyUsage=critical,digitalSignature': 'valid',
    'keyUsage=nonRepudiation,keyEncipherment': 'valid',
    'keyUsage=keyEncipherment,keyAgreement': 'untrusted',
    'keyUsage=critical,keyCertSign,cRLSign': 'untrusted',
    'extendedKeyUsage=serverAuth': 'untrusted',
    'keyUsage=digitalSignature\nextendedKeyUsage=serverAuth,clientAuth': 'valid',
    'keyUsage=digitalSignature\nextendedKeyUsage=emailProtection': 'valid'
  }
  for (const [extensions, worth] of Object.entries(worths)) {
    it(`is ${worth} with ${extensions.replace('\n', ' and ') || 'a certificate that names no usage'}`, () => {
      assert.equal(signedWith(extensions).read.signature, worth)
    })
  }

  it('tells whose certificate made it, trusted or not', () => {
    for (const extensions of ['', 'keyUsage=keyAgreement']) {
      const { certificate, read } = signedWith(extensions)
      assert.deepEqual(read.signer, {
        subject: 'C=VN, O=Sở mẫu A\\, phòng 1, CN=Văn thư',
        sha256: certificate.fingerprint256.replaceAll(':', '').toLowerCase()
      })
    }
  })
})
