import { testHostileEvents } from '../hostile/test-hostile-events.ts'

testHostileEvents({ seed: 7, count: 160 })
