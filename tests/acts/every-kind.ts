import { lab } from '../helpers/control-lab.ts'
import type { Signers } from './signers.ts'
import type { Body } from './turns.ts'

/** An act of every kind with every member it may have, each to follow those before it. The last key of a lab is left to it. */
export function everyKind(keyOf: Signers['publicJwk']): readonly Body[] {
  const code = '000.00.93.H03'
  const agency = `/agencies/${code}`
  const system = `${agency}/systems/mot-cua`
  const agreement = '/agreements/every-term'
  const [validFrom, validTo] = ['2026-01-01T00:00:00.000Z', '2036-01-01T07:00:00+07:00']
  const type = 'dossier.received.v1'
  const referred = '{"type":"record","name":"A","fields":[]}'
  const referring = '{"type":"record","name":"B","fields":[{"name":"a","type":"A"}]}'
  const reason = 'as asked'
  return [
    {
      act: 'agency.added',
      resource: agency,
      name: 'Sở',
      parent: '000.00.91.H03',
      otherCode: 'H03.93',
      validFrom: '2026-01-01'
    },
    { act: 'agency.changed', resource: agency, name: 'Sở mẫu', parent: '000.00.92.H03', otherCode: 'H03.94' },
    {
      act: 'system.added',
      resource: system,
      name: 'Một cửa',
      roles: ['auditor'],
      unsigned: true,
      hosted: false,
      boundOnly: true
    },
    { act: 'key.added', resource: system, key: keyOf('k8'), validFrom, validTo },
    { act: 'right.granted', resource: system, type, recipients: 'agreements' },
    { act: 'right.withdrawn', resource: system, type },
    {
      act: 'agreement.drafted',
      resource: agreement,
      provider: code,
      consumer: '000.00.91.H03',
      types: [type],
      purpose: 'x',
      legalBasis: 'y',
      validFrom,
      validTo
    },
    { act: 'agreement.signed', resource: agreement },
    { act: 'agreement.suspended', resource: agreement, reason },
    { act: 'agreement.resumed', resource: agreement, reason },
    { act: 'agreement.ended', resource: agreement, reason },
    { act: 'schema.registered', resource: '/subjects/a', schema: referred },
    {
      act: 'schema.registered',
      resource: '/subjects/b',
      schema: referring,
      references: [{ name: 'A', subject: 'a', version: 1 }]
    },
    { act: 'registry-config.changed', resource: '/subjects/b', compatibility: 'NONE', normalize: true },
    { act: 'registry-config.changed', resource: '/registry', compatibility: null },
    { act: 'schema.deleted', resource: '/subjects/b', version: 1 },
    { act: 'schema.deleted', resource: '/subjects/b', version: 1, permanent: true },
    { act: 'bus-key.added', resource: '/bus/keys/bus-2', key: keyOf('k9') },
    { act: 'key.retired', resource: system, kid: 'k8' },
    { act: 'system.suspended', resource: system, reason },
    { act: 'system.resumed', resource: system, reason },
    { act: 'system.revoked', resource: system, reason },
    {
      act: 'agency.closed',
      resource: agency,
      successor: lab.agency.slice('/agencies/'.length),
      validTo: '2026-12-31'
    }
  ]
}
