import assert from 'node:assert/strict'
import { it } from 'node:test'
import { createIo, type LentParts } from '#connectors/host/create-io.ts'
import { openInbox } from '../../helpers/open-inbox.ts'

it('an instance is shown all events of the types it asks for that its agency may see now, oldest first, and no others', async (t) => {
  const { inbox, agency, enterSome, suspend } = await openInbox(t)
  const subjects = Array.from({ length: 47 }, (_unused, index) => `D-${index}`)
  await enterSome(subjects)
  const parts = { inbox, computing: { computeFor: () => async () => undefined } } as unknown as LentParts
  const borrower = { name: 'a', agency, collecting: {}, fetching: { fetchWithin: () => fetch } }
  const io = createIo(parts, borrower as never)(new AbortController().signal)
  const seen = async (...types: readonly string[]): Promise<readonly string[]> =>
    (await Array.fromAsync(io.visible(types))).map(({ subject }) => subject)
  assert.deepEqual(await seen('dossier.received.v1'), subjects)
  assert.deepEqual(await seen('dossier.received.v1', 'procedure.published.v1'), subjects)
  assert.deepEqual(await seen('procedure.published.v1'), [])
  suspend()
  assert.deepEqual(await seen('dossier.received.v1'), [])
})
