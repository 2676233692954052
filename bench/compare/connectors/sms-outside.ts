import { startSmsc } from '#deploy/outsides/smsc/smsc.ts'

/** A message centre for a bench: `sms-outside.ts SYSTEM_ID PASSWORD`, started with `fork`. */
const [, , systemId = '', password = ''] = process.argv
if (process.send) process.send((await startSmsc({ systemId, password })).port)
