import { startSmsc } from '#deploy/outsides/smsc/smsc.ts'

/** A message centre for a bench: `sms-outside.ts SYSTEM_ID PASSWORD`, started with `fork`. */
const [, , systemId = '', password = ''] = process.argv
const { port } = await startSmsc({ systemId, password })
process.on('disconnect', () => process.exit(0))
process.send?.(port)
