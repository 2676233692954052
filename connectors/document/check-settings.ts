import type { DocumentSettings } from './settings.ts'

/** The ways in which packages are exchanged. */
const ways = ['folder', 'sftp', 'axis', 'axisServer'] as const

/** What is wrong with settings that match their schema. */
export function checkSettings(settings: DocumentSettings): readonly string[] {
  const given = ways.filter((way) => settings[way] !== undefined)
  const { sftp } = settings
  const secrets = ['privateKeyFile', 'password', 'passwordFile'] as const
  return [
    ...(given.length === 1
      ? []
      : [`give exactly one of ${ways.join(', ')}; given: ${given.join(', ') || 'none'}`]),
    ...(sftp && secrets.filter((name) => sftp[name] !== undefined).length !== 1
      ? [`sftp: give exactly one of ${secrets.join(', ')}`]
      : []),
    ...secretProblems(settings.axis, 'axis'),
    ...secretProblems(settings.axisServer, 'axisServer'),
    ...(sftp?.passphrase !== undefined && sftp.privateKeyFile === undefined
      ? ['sftp/passphrase: it belongs to a privateKeyFile']
      : [])
  ]
}

function secretProblems(
  given: { readonly secret?: string; readonly secretFile?: string } | undefined,
  place: string
): readonly string[] {
  if (!given || (given.secret === undefined) !== (given.secretFile === undefined)) return []
  return [`${place}: give exactly one of secret, secretFile`]
}
