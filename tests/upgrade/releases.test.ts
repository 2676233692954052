import { readdirSync } from 'node:fs'
import { describe, it } from 'node:test'
import { needs } from '../helpers/servers/needs.ts'
import { checkBus } from './fixture-scene.ts'
import { type Opened, openOneMachine, openShared, releasesFolder } from './fixtures.ts'

const checked = async ({ bus, expected }: Opened): Promise<void> => checkBus(bus, expected)

for (const release of readdirSync(releasesFolder)) {
  it(`what ${release} left in a data folder is all there, and goes on`, async (t) =>
    checked(await openOneMachine(t, release)))

  describe('with servers', needs('kafka', 'postgresql'), () => {
    it(`what ${release} left in Kafka and PostgreSQL is all there, and goes on`, async (t) =>
      checked(await openShared(t, release)))
  })
}
