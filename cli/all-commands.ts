import type { Command } from 'commander'

/** Commands of one file. */
export interface Commands {
  readonly names: readonly string[]
  readonly load: () => Promise<(program: Command) => void>
}

/** Only what is called is loaded, as are the parts of the bus that a command runs: all of it takes most of a second. */
export const commands: readonly Commands[] = [
  { names: ['up'], load: async () => (await import('./commands/up.ts')).addUp },
  {
    names: ['gateway', 'consumers', 'connectors'],
    load: async () => (await import('./commands/roles.ts')).addRoles
  },
  { names: ['alerts'], load: async () => (await import('./commands/alerts.ts')).addAlerts },
  { names: ['topics'], load: async () => (await import('./commands/topics.ts')).addTopics },
  { names: ['demo'], load: async () => (await import('./commands/demo.ts')).addDemo },
  { names: ['apply'], load: async () => (await import('./commands/apply.ts')).addApply },
  { names: ['keys'], load: async () => (await import('./commands/keys.ts')).addKeys },
  { names: ['console'], load: async () => (await import('./commands/console.ts')).addConsole },
  { names: ['sample'], load: async () => (await import('./commands/sample.ts')).addSample },
  { names: ['send'], load: async () => (await import('./commands/send.ts')).addSend },
  { names: ['inbox'], load: async () => (await import('./commands/inbox.ts')).addInbox },
  { names: ['events'], load: async () => (await import('./commands/events.ts')).addEvents },
  { names: ['ack'], load: async () => (await import('./commands/ack.ts')).addAck },
  { names: ['attach'], load: async () => (await import('./commands/attach.ts')).addAttach },
  { names: ['download'], load: async () => (await import('./commands/download.ts')).addDownload },
  { names: ['deliveries'], load: async () => (await import('./commands/deliveries.ts')).addDeliveries },
  { names: ['flow'], load: async () => (await import('./commands/flows.ts')).addFlow },
  { names: ['stuck'], load: async () => (await import('./commands/flows.ts')).addStuck },
  { names: ['status'], load: async () => (await import('./commands/status.ts')).addStatus },
  { names: ['views'], load: async () => (await import('./commands/flows.ts')).addViews },
  { names: ['quarantine'], load: async () => (await import('./commands/quarantine.ts')).addQuarantine },
  { names: ['acts'], load: async () => (await import('./commands/acts.ts')).addActs },
  { names: ['agencies'], load: async () => (await import('./commands/agencies.ts')).addAgencies },
  { names: ['systems'], load: async () => (await import('./commands/systems.ts')).addSystems },
  { names: ['agreements'], load: async () => (await import('./commands/agreements.ts')).addAgreements },
  { names: ['rights'], load: async () => (await import('./commands/rights.ts')).addRights },
  { names: ['why'], load: async () => (await import('./commands/why.ts')).addWhy },
  { names: ['directory'], load: async () => (await import('./commands/directory.ts')).addDirectory },
  { names: ['verify'], load: async () => (await import('./commands/verify.ts')).addVerify },
  { names: ['doctor'], load: async () => (await import('./commands/doctor.ts')).addDoctor },
  { names: ['backup', 'restore'], load: async () => (await import('./commands/backup.ts')).addBackup },
  { names: ['migrate'], load: async () => (await import('./commands/migrate.ts')).addMigrate },
  {
    names: ['registry-proxy'],
    load: async () => (await import('./commands/registry-proxy.ts')).addRegistryProxy
  },
  { names: ['schemas'], load: async () => (await import('./commands/schemas.ts')).addSchemas },
  { names: ['completion'], load: async () => (await import('./commands/completion.ts')).addCompletion }
]
