/** Values that the examples of the API document share. They belong together: one event and what became of it. */

export const sender = '000.00.91.H03'
export const recipient = '000.00.92.H03'
export const system = `/agencies/${sender}/systems/qlvb`
export const readerSystem = `/agencies/${recipient}/systems/qlvb`
export const hash = '3f0a9c1de4b58a7760c2f1d9b3e8475a6c0d1e2f3a4b5c6d7e8f90a1b2c3d4e5'
export const actHash = '9d4be1702c85f3a6e0b7c4d2918f6a53b0e7d1c2f4a5968778695a4b3c2d1e0f'
export const sha256 = '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08'
export const traceId = '4bf92f3577b34da6a3ce929d0e0e4736'
export const at = '2026-11-24T00:30:00.000Z'
export const later = '2026-11-24T00:30:05.000Z'
export const subject = `${sender}-261124-0001`

export const proof = {
  token: 'eyJhbGciOiJFZERTQSIsInR5cCI6ImxpZW50aG9uZytqd3QifQ.eyJldmVudHMiOiJSb290In0.c2lnbmF0dXJl',
  index: 0,
  size: 1,
  path: []
}

export const event = {
  specversion: '1.0',
  id: '019ab000-0000-7000-8000-000000000001',
  source: system,
  type: 'dossier.received.v1',
  subject,
  time: at,
  nonce: 'Ae7n1kQ0R8qR1b1mXo6f5g',
  recipients: recipient,
  data: {
    dossierCode: subject,
    procedureCode: '1.000001',
    procedureName: 'Thủ tục mẫu',
    fieldCode: 'H03-LV',
    fieldName: 'Lĩnh vực mẫu',
    channel: '2',
    summary: 'Hồ sơ mẫu',
    receivedAt: at,
    dueAt: '2026-11-29T10:00:00.000Z',
    unit: 'Sở mẫu A',
    attachments: []
  }
}

export const jwk = {
  kty: 'OKP',
  crv: 'Ed25519',
  x: 'O2onvM62pC1io6jQKm8Nc2UyFXcd4kOmOsBIoYtZ2ik',
  kid: 'qlvb-2026',
  alg: 'EdDSA',
  use: 'sig'
}
