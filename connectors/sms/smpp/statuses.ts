/** Names of `command_status` (SMPP 3.4, 5.1.3). */
const names: Readonly<Record<number, string>> = {
  ...{ 0: 'ESME_ROK', 1: 'ESME_RINVMSGLEN', 2: 'ESME_RINVCMDLEN', 3: 'ESME_RINVCMDID' },
  ...{ 4: 'ESME_RINVBNDSTS', 5: 'ESME_RALYBND', 6: 'ESME_RINVPRTFLG', 7: 'ESME_RINVREGDLVFLG' },
  ...{ 8: 'ESME_RSYSERR', 10: 'ESME_RINVSRCADR', 11: 'ESME_RINVDSTADR', 12: 'ESME_RINVMSGID' },
  ...{ 13: 'ESME_RBINDFAIL', 14: 'ESME_RINVPASWD', 15: 'ESME_RINVSYSID', 17: 'ESME_RCANCELFAIL' },
  ...{ 19: 'ESME_RREPLACEFAIL', 20: 'ESME_RMSGQFUL', 21: 'ESME_RINVSERTYP' },
  ...{ 51: 'ESME_RINVNUMDESTS', 52: 'ESME_RINVDLNAME', 64: 'ESME_RINVDESTFLAG', 66: 'ESME_RINVSUBREP' },
  ...{ 67: 'ESME_RINVESMCLASS', 68: 'ESME_RCNTSUBDL', 69: 'ESME_RSUBMITFAIL', 72: 'ESME_RINVSRCTON' },
  ...{ 73: 'ESME_RINVSRCNPI', 80: 'ESME_RINVDSTTON', 81: 'ESME_RINVDSTNPI', 83: 'ESME_RINVSYSTYP' },
  ...{ 84: 'ESME_RINVREPFLAG', 85: 'ESME_RINVNUMMSGS', 88: 'ESME_RTHROTTLED', 97: 'ESME_RINVSCHED' },
  ...{ 98: 'ESME_RINVEXPIRY', 99: 'ESME_RINVDFTMSGID', 100: 'ESME_RX_T_APPN', 101: 'ESME_RX_P_APPN' },
  ...{ 102: 'ESME_RX_R_APPN', 103: 'ESME_RQUERYFAIL', 192: 'ESME_RINVOPTPARSTREAM' },
  ...{ 193: 'ESME_ROPTPARNOTALLWD', 194: 'ESME_RINVPARLEN', 195: 'ESME_RMISSINGOPTPARAM' },
  ...{ 196: 'ESME_RINVOPTPARAMVAL', 254: 'ESME_RDELIVERYFAILURE', 255: 'ESME_RUNKNOWNERR' }
}

export const statuses = {
  ok: 0x00,
  invalidLength: 0x02,
  unknownCommand: 0x03,
  alreadyBound: 0x05,
  systemError: 0x08,
  invalidSource: 0x0a,
  invalidDestination: 0x0b,
  wrongPassword: 0x0e,
  wrongSystemId: 0x0f,
  queueFull: 0x14,
  throttled: 0x58,
  temporary: 0x64,
  invalidParameter: 0xc2
} as const

/** `ESME_RTHROTTLED (0x58)`; those that operators define have a number alone. */
export function statusName(status: number): string {
  const name = names[status] ?? (status >= 0x400 && status <= 0x4ff ? 'vendor specific' : 'unknown status')
  return `${name} (0x${status.toString(16)})`
}

/** What the answer to a message means. */
export type StatusMeaning =
  | 'accepted'
  /** The centre takes less than it is given: slow down. */
  | 'throttled'
  /** Not taken now. */
  | 'later'
  /** Never taken. */
  | 'refused'
  /** It may have been taken. */
  | 'doubtful'
  | 'not-bound'

/** Where the settings say what some statuses mean. */
export interface StatusTable {
  readonly later: readonly number[]
  readonly refused: readonly number[]
  readonly doubtful: readonly number[]
}

/** What is wrong with the message itself: it is as wrong tomorrow. */
const wrongMessage = [
  ...[0x01, 0x06, 0x07, 0x0a, 0x0b, 0x15, 0x33, 0x34, 0x40, 0x42, 0x43, 0x48, 0x49, 0x50, 0x51, 0x54],
  ...[0x61, 0x62, 0x63, 0x65, 0x66, 0xc0, 0xc1, 0xc2, 0xc3, 0xc4]
]

export function meaningOf(status: number, table: StatusTable): StatusMeaning {
  if (table.later.includes(status)) return 'later'
  if (table.refused.includes(status)) return 'refused'
  if (table.doubtful.includes(status)) return 'doubtful'
  if (status === statuses.ok) return 'accepted'
  if (status === statuses.throttled || status === statuses.queueFull) return 'throttled'
  if (status === 0x04) return 'not-bound'
  return wrongMessage.includes(status) ? 'refused' : 'later'
}
