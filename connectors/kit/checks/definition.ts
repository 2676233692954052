import type { ConnectorDefinition } from '../../connector.ts'

interface Setting {
  readonly description?: string
  readonly secret?: boolean
  readonly type?: string
  readonly properties?: Readonly<Record<string, Setting>>
}

const secretName = /(?:token|password|secret|apiKey)$/i
const hint = 'Correct it in the definition of the kind.'

/** What is wrong with the definition of a kind; nothing of it runs. */
export function definitionFaults(definition: ConnectorDefinition): readonly string[] {
  const { summary, settings, inbound, outbound, receive } = definition
  const hasHalf = definition.forSettings ?? inbound ?? outbound ?? receive
  return [
    ...(summary.trim() === '' ? [`It has no summary. ${hint}`] : []),
    ...(hasHalf ? [] : [`It neither polls, delivers nor receives. ${hint}`]),
    ...settingFaults(settings as Setting, '')
  ]
}

function settingFaults({ properties = {} }: Setting, place: string): readonly string[] {
  return Object.entries(properties).flatMap(([name, setting]) => {
    const path = `${place}/${name}`
    const isText = setting.type === 'string'
    return [
      ...(setting.description ? [] : [`The setting ${path} has no description. ${hint}`]),
      ...(isText && secretName.test(name) && !setting.secret
        ? [`The setting ${path} looks like a secret and has no \`secret: true\`: it would be shown. ${hint}`]
        : []),
      ...settingFaults(setting, path)
    ]
  })
}
