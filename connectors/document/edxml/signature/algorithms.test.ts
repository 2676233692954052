import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { fixture } from '../../fixtures/fixtures.ts'
import { readPackage } from '../read-package.ts'
import { isSignedWith, methods } from './algorithms.ts'
import { loadAuthorities } from './authorities.ts'
import { signatureCheck } from './check-signature.ts'

const authorities = await loadAuthorities(
  join(import.meta.dirname, '..', '..', 'fixtures', 'signed', 'root.pem')
)
const at = Date.parse('2027-01-01T00:00:00.000Z')
const read = (xml: string, trusted = authorities) =>
  readPackage(Buffer.from(xml), signatureCheck({ authorities: trusted, at }))
const worthOf = (xml: string) => read(xml).signature

/** The certificates in a package, as DER. */
function certificatesIn(xml: string): readonly Buffer[] {
  const found = xml.matchAll(/<X509Certificate>([^<]+)<\/X509Certificate>/g)
  return [...found].map(([, text = '']) => Buffer.from(text.replaceAll('&#13;', ''), 'base64'))
}

function withCertificates(xml: string, certificates: readonly Buffer[]): string {
  const texts = certificates.map((der) => `<X509Certificate>${der.toString('base64')}</X509Certificate>`)
  return xml.replace(/(?:<X509Certificate>[^<]+<\/X509Certificate>)+/, texts.join(''))
}

/** A certificate whose key has an algorithm that nobody knows. */
function unusable(certificate: Buffer): Buffer {
  const changed = Buffer.from(
    certificate.toString('hex').replace('2a864886f70d010101', '2a864886f70d01017e'),
    'hex'
  )
  assert.notDeepEqual(changed, certificate)
  return changed
}

/**
 * The packages in `fixtures/signed` were signed with the JDK's XML signatures, which also verify them; three,
 * whose algorithms it lacks (`ed25519`, `ecdsa-der`, `ecdsa-192`), with Node's crypto.
 */
const worths: Readonly<Record<string, string>> = {
  'ecdsa-sha256': 'valid',
  'ecdsa-sha384': 'valid',
  'ecdsa-der': 'valid',
  'ecdsa-192': 'weak',
  ed25519: 'valid',
  pss: 'valid',
  dsa: 'weak',
  'rsa-1024': 'weak',
  xades: 'valid',
  'xades-ecdsa': 'valid',
  c14n11: 'valid',
  'every-character': 'valid',
  'root-id': 'valid',
  'issued-by-no-authority': 'untrusted',
  'without-intermediate': 'untrusted'
}

describe('the algorithms of a signature', () => {
  for (const [name, worth] of Object.entries(worths)) {
    it(`${name}: ${worth}, and wrong once a letter has changed`, () => {
      const xml = fixture(`signed/${name}`)
      assert.equal(worthOf(xml), worth)
      assert.throws(() => worthOf(xml.replace('Văn Thư Mẫu', 'Văn Thư Mâu')), {
        fault: 'package-signature-wrong'
      })
    })
  }

  it('that are not known, or sign a part, are unsupported: the document is read all the same', () => {
    const xml = fixture('signed/ecdsa-sha256')
    const changes: readonly (readonly [string, string])[] = [
      ['2001/04/xmldsig-more#ecdsa-sha256', '2001/04/xmldsig-more#ecdsa-ripemd160'],
      ['2001/04/xmldsig-more#ecdsa-sha256', '2021/04/xmldsig-more#xmss-sha2-10-256'],
      ['2001/04/xmldsig-more#ecdsa-sha256', '2001/04/xmldsig-more#rsa-md5'],
      ['2001/04/xmlenc#sha256', '2001/04/xmldsig-more#md5'],
      ['TR/2001/REC-xml-c14n-20010315', 'TR/2099/REC-xml-c14n2'],
      ['2000/09/xmldsig#enveloped-signature', 'TR/1999/REC-xpath-19991116'],
      ['2000/09/xmldsig#enveloped-signature', '2002/06/xmldsig-filter2']
    ]
    for (const [from, to] of changes) {
      const changed = xml.replaceAll(from, to)
      assert.notEqual(changed, xml)
      const { signature, data } = read(changed)
      assert.deepEqual([signature, data], ['unsupported', read(xml).data], to)
    }
    const part = xml.replace('URI=""', 'URI="#p"').replace('<edXML:MessageHeader', '$& Id="p"')
    assert.equal(worthOf(part), 'unsupported')
  })

  it('hold over every character that XML allows; a next-line character is read as a line end', () => {
    const { data } = read(fixture('signed/every-character'))
    assert.equal(data.title, 'V/v thử nghiệm\u2028trục\nliên thông & <b>')
  })
})

describe('the certificates of a signature', () => {
  it('may be in any order, with others among them', () => {
    const plain = fixture('signed/ecdsa-sha256')
    const [middle = Buffer.of(), signer = Buffer.of(), root = Buffer.of()] = certificatesIn(plain)
    const other = certificatesIn(fixture('signed/pss'))[0] ?? Buffer.of()
    const orders = [
      [signer, middle, root],
      [root, middle, signer],
      [signer, middle],
      [other, root, signer, middle, other]
    ]
    for (const order of orders) assert.equal(worthOf(withCertificates(plain, order)), 'valid')
    assert.equal(worthOf(withCertificates(plain, [signer, root])), 'untrusted')
    assert.equal(read(plain, []).signature, 'untrusted')
  })

  it('make a signature unverifiable where the one that may be the signer’s cannot be used', () => {
    const rsa = fixture('signed/pss')
    const [signer = Buffer.of(), middle = Buffer.of()] = certificatesIn(rsa)
    for (const broken of [unusable(signer), Buffer.from('no certificate'), signer.subarray(0, 300)]) {
      assert.equal(worthOf(withCertificates(rsa, [broken])), 'unverifiable')
      assert.equal(worthOf(withCertificates(rsa, [broken, middle])), 'unverifiable')
      assert.equal(worthOf(withCertificates(rsa, [middle, broken, signer])), 'valid')
    }
    assert.equal(worthOf(rsa.replace(/<X509Data>[\s\S]*<\/X509Data>/, '')), 'unverifiable')
    assert.equal(worthOf(rsa.replace(/<KeyInfo>[\s\S]*<\/KeyInfo>/, '')), 'unverifiable')
    assert.equal(
      worthOf(
        rsa.replace(
          /(<X509Certificate>)([^<]+)(<)/,
          '$1-----BEGIN CERTIFICATE-----\n$2\n-----END CERTIFICATE-----$3'
        )
      ),
      'valid'
    )
  })

  it('may have keys of other uses among them', () => {
    const { publicKey } = generateKeyPairSync('rsa-pss', {
      modulusLength: 2048,
      hashAlgorithm: 'sha512',
      mgf1HashAlgorithm: 'sha512'
    })
    for (const [name, method] of methods)
      assert.equal(isSignedWith(publicKey, method, Buffer.of(1), Buffer.alloc(256)), false, name)
  })

  it('refuse the package where none of them made the signature', () => {
    const signed = fixture('signed/ecdsa-sha256')
    const others = certificatesIn(fixture('signed/pss'))
    assert.throws(() => worthOf(withCertificates(signed, others)), { fault: 'package-signature-wrong' })
  })

  it('must be the one that XAdES names, which is signed with the rest', () => {
    assert.throws(() => worthOf(fixture('signed/xades-of-another-certificate')), {
      fault: 'package-signature-wrong'
    })
    const changed = fixture('signed/xades-ecdsa').replace('10:00:00+07:00', '11:00:00+07:00')
    assert.throws(() => worthOf(changed), { fault: 'package-signature-wrong' })
  })
})

describe('the references of a signature', () => {
  const xml = fixture('signed/xades')
  const rows: Readonly<Record<string, (signed: string) => string>> = {
    'to a part whose Id another element has': (signed) =>
      signed.replace('<edXML:MessageHeader', '$& Id="sp"'),
    'to nothing but parts of the signature': (signed) => signed.replace('URI=""', 'URI="#ki"'),
    'to nothing': (signed) => signed.replace('URI="#sp"', 'URI="#none"')
  }
  for (const [what, change] of Object.entries(rows)) {
    it(`${what} are refused`, () => {
      assert.notEqual(change(xml), xml)
      assert.throws(() => worthOf(change(xml)), { fault: 'package-signature-odd' })
    })
  }

  const lawful: Readonly<Record<string, (signed: string) => string>> = {
    'to another document': (signed) => signed.replace('URI="#sp"', 'URI="http://example.org/"'),
    'without a URI': (signed) => signed.replace(' URI="#sp"', ''),
    'by an XPointer to the whole package': (signed) => signed.replace('URI=""', 'URI="#xpointer(/)"'),
    'by an XPointer to an Id': (signed) => signed.replace('URI="#sp"', `URI="#xpointer(id('sp'))"`),
    'to a part by its xml:id': (signed) =>
      signed.replace('URI=""', 'URI="#p"').replace('<edXML:MessageHeader', '$& xml:id="p"'),
    'to a part by its wsu:Id': (signed) =>
      signed
        .replace('URI=""', 'URI="#p"')
        .replace('<edXML:MessageHeader', '$& xmlns:wsu="urn:wsu" wsu:Id="p"'),
    'to a list of what is signed': (signed) =>
      signed
        .replace('URI=""', 'URI="#m"')
        .replace('</Signature>', '<Object><Manifest Id="m"/></Object></Signature>')
  }
  for (const [what, change] of Object.entries(lawful)) {
    it(`${what} are unsupported: the document is read all the same`, () => {
      assert.notEqual(change(xml), xml)
      const { signature, data, signer } = read(change(xml))
      assert.deepEqual([signature, data.title, signer], ['unsupported', read(xml).data.title, undefined])
    })
  }
})
