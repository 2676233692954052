import assert from 'node:assert/strict'
import { it } from 'node:test'
import type { Present } from '#cli/remote/control-present.ts'
import { faultsOfPruning } from '#cli/remote/pruning-faults.ts'
import type { Removal } from '#cli/remote/removals.ts'

it('closes no agency that is the parent of one that stays, though the file names no parent', () => {
  const child = { status: 'open', parent: 'A' }
  const present = { agencies: new Map([['/agencies/B', child]]), agreements: new Map() } as unknown as Present
  const closing = (code: string) => {
    const body = { act: 'agency.closed', resource: `/agencies/${code}` }
    return [{ acts: [{ path: '/v1/agencies', body }] }] as unknown as readonly Removal[]
  }
  const faultsOf = (code: string) =>
    faultsOfPruning({ agencies: [{ code: 'B', name: 'B' }] }, present, {
      ...{ removals: closing(code), system: '/bus/systems/operator', kid: 'operator-1' }
    })
  assert.deepEqual(
    faultsOf('A').map(({ fault, values }) => [fault, values]),
    [['prune.needed', { code: 'A' }]]
  )
  assert.deepEqual(faultsOf('C'), [])
})
