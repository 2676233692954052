import {
  type AgencyEntry,
  type AgreementEntry,
  type BusKeyEntry,
  type ControlState,
  holdsAt,
  isSuspended,
  type RightEntry,
  type SystemEntry
} from '#bus/control/control-state.ts'

/**
 * How entries of the control state are shown. `last` is what the next act on the resource must name as
 * `previous`; undefined members are left out.
 */

export function showAgency(state: ControlState, agency: AgencyEntry): object {
  const resource = `/agencies/${agency.code}`
  return {
    resource,
    code: agency.code,
    name: agency.name,
    status: holdsAt(agency.open, state.lastAct) ? 'active' : 'closed',
    parent: agency.parent,
    otherCode: agency.otherCode,
    validFrom: agency.validFrom,
    validTo: agency.validTo,
    successor: agency.successor,
    last: state.lastOn.get(resource)
  }
}

export function showSystem(state: ControlState, system: SystemEntry): object {
  const live = holdsAt(system.span, state.lastAct)
  return {
    resource: system.id,
    agency: system.agency,
    status: live ? (isSuspended(system) ? 'suspended' : 'active') : 'revoked',
    roles: system.roles,
    name: system.name,
    unsigned: system.unsigned,
    hosted: system.hosted,
    boundOnly: system.boundOnly,
    keys: system.keys.map((key) => ({
      key: key.jwk,
      validFrom: instant(key.validFromAt),
      validTo: instant(key.validToAt)
    })),
    last: state.lastOn.get(system.id)
  }
}

export function showBusKey(state: ControlState, { kid, jwk, recordedAt }: BusKeyEntry): object {
  const resource = `/bus/keys/${kid}`
  return { resource, key: jwk, validFrom: instant(recordedAt), last: state.lastOn.get(resource) }
}

export function showRight(state: ControlState, system: SystemEntry, right: RightEntry): object {
  return {
    resource: system.id,
    type: right.type,
    recipients: right.recipients,
    last: state.lastOn.get(system.id)
  }
}

export function showAgreement(state: ControlState, agreement: AgreementEntry): object {
  const ended = agreement.ended !== undefined
  return {
    resource: agreement.id,
    provider: agreement.provider,
    consumer: agreement.consumer,
    types: agreement.types,
    purpose: agreement.purpose,
    legalBasis: agreement.legalBasis,
    status: ended ? 'ended' : isSuspended(agreement) ? 'suspended' : agreement.signed ? 'signed' : 'drafted',
    validFrom: agreement.validFromAt > 0 ? instant(agreement.validFromAt) : undefined,
    validTo: instant(agreement.validToAt),
    last: state.lastOn.get(agreement.id)
  }
}

/** A subject of the schema registry, even if it was permanently deleted; without `subject` the registry itself. */
export function showSubject(state: ControlState, resource: string, subject: string | undefined): object {
  const { subjects, levels, level, normalize } = state.registry
  const entry = subjects.get(subject ?? '')
  return {
    resource,
    subject,
    type: entry?.type,
    owner: entry?.owner,
    compatibility: subject === undefined ? level : levels.get(subject),
    normalize: normalize.get(subject ?? ''),
    versions: entry?.versions.map(({ version, id, deleted }) => ({ version, id, deleted })) ?? [],
    last: state.lastOn.get(resource)
  }
}

function instant(at: number): string | undefined {
  return Number.isFinite(at) ? new Date(at).toISOString() : undefined
}
