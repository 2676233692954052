import { createHash, sign } from 'node:crypto'
import { exampleDocument } from '../helpers/test-bus.ts'
import type { DerivedKey } from './derived-keys.ts'
import type { RawRequest } from './raw-http.ts'
import { leafOf, rootOf } from './strict-reading.ts'
import { codes, frozenAt, publicUrl, systemOf, type World } from './world.ts'

type Letter = 'A' | 'B'

/** Makes tokens by hand, so that nothing of the code under test stands surety for itself. */
export function signByHand(header: string | Buffer, payload: string | Buffer, key: DerivedKey): string {
  const input = `${Buffer.from(header).toString('base64url')}.${Buffer.from(payload).toString('base64url')}`
  return `${input}.${signatureOf(input, key).toString('base64url')}`
}

export function signatureOf(input: string, { privateKey, jwk }: DerivedKey): Buffer {
  if (jwk.alg === 'EdDSA') return sign(null, Buffer.from(input), privateKey)
  return sign('sha256', Buffer.from(input), { key: privateKey, dsaEncoding: 'ieee-p1363' })
}

export function headerOf({ jwk }: DerivedKey): object {
  return { alg: jwk.alg, typ: 'lienthong+jwt', kid: jwk.kid }
}

export function claimsOf(letter: Letter, more: object = {}): object {
  const iss = systemOf(letter)
  return {
    iss,
    sub: codes[letter],
    aud: publicUrl,
    iat: frozenAt,
    exp: frozenAt + 60,
    jti: `fuzz-${letter}`,
    ...more
  }
}

/** The document of one agency for the other, its id as given. */
export function documentOf(letter: Letter, id: string): Record<string, unknown> {
  const subject = `${codes[letter]},2026/11/22,15/SMA-VP`
  return {
    specversion: '1.0',
    id,
    source: systemOf(letter),
    type: 'document.issued.v1',
    subject,
    time: '2026-11-24T07:00:00+07:00',
    nonce: 'AAAAAAAAAAAAAAAAAAAAAA',
    recipients: codes[letter === 'A' ? 'B' : 'A'],
    data: { ...exampleDocument, documentId: subject, from: { organId: codes[letter], organName: 'Sở mẫu' } }
  }
}

/** The token of a submission of these values. */
export function submissionToken(letter: Letter, key: DerivedKey, values: readonly unknown[]): string {
  const events = rootOf(values.map(leafOf)).toString('base64url')
  return signByHand(JSON.stringify(headerOf(key)), JSON.stringify(claimsOf(letter, { events })), key)
}

/** Every use a token has, by each key of both systems: requests whose token is good for them. */
export function goodRequests({ keys }: World): readonly RawRequest[] {
  const owners = [
    ['A', keys.A],
    ['A', keys.A2],
    ['B', keys.B],
    ['B', keys.B2]
  ] as const
  return owners.flatMap(([letter, key]): readonly RawRequest[] => {
    const token = (more?: object): string =>
      signByHand(JSON.stringify(headerOf(key)), JSON.stringify(claimsOf(letter, more)), key)
    const event = documentOf(letter, `token-${key.jwk.kid}`)
    const act = Buffer.from(JSON.stringify({ acknowledgements: [] }))
    const actPath = '/v1/inbox/acknowledgements'
    const bound = (htm: string, path: string): object => ({ htm, htu: publicUrl + path })
    const body = createHash('sha256').update(act).digest('base64url')
    return [
      request('GET', '/v1/inbox?limit=1', token()),
      request('GET', '/v1/inbox?limit=1', token(bound('GET', '/v1/inbox'))),
      request(
        'POST',
        '/v1/events',
        submissionToken(letter, key, [event]),
        Buffer.from(JSON.stringify(event))
      ),
      request('POST', actPath, token({ ...bound('POST', actPath), body }), act, 'application/json')
    ]
  })
}

export function request(
  method: string,
  path: string,
  token: string,
  body: Buffer = Buffer.alloc(0),
  type = 'application/cloudevents+json'
): RawRequest {
  const content = body.length === 0 ? [] : [['content-type', type] as const]
  return {
    method,
    path,
    headers: [['authorization', `Bearer ${token}`], ...content],
    body: body.toString('base64')
  }
}
