import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import type { StoredAct } from '#bus/control/act-journal.ts'
import { operatorSystem } from '#bus/control/control-state.ts'

interface Key {
  readonly validFrom: number
  readonly validTo: number
}

interface System {
  readonly keys: Map<string, Key>
  status: 'active' | 'suspended' | 'revoked'
}

/** The rules on who may act, said once more and as plainly as can be: what a system may not sign stands nowhere. */
export function checkSigners(rows: readonly StoredAct[]): void {
  const systems = new Map<string, System>()
  const lastOn = new Map<string, string>()
  let lastAt = 0
  for (const { number, body, token, recordedAt } of rows) {
    const act = JSON.parse(body)
    const [{ kid }, { iss }] = token
      .split('.', 2)
      .map((part) => JSON.parse(String(Buffer.from(part, 'base64url'))))
    const said = `act ${number}: ${iss} by ${kid}: ${act.act} on ${act.resource}`
    const at = Date.parse(recordedAt)
    assert.ok(at >= lastAt, `${said}: recorded before the one before it`)
    lastAt = at
    if (iss === operatorSystem) assert.equal(kid, 'operator-1', said)
    else {
      const system = systems.get(iss)
      assert.equal(system?.status, 'active', said)
      const key = system?.keys.get(kid)
      assert.ok(key && key.validFrom <= at && at < key.validTo, `${said}: by a key it did not have then`)
      assert.ok(!act.resource.startsWith('/bus/'), `${said}: root is changed by another`)
    }
    assert.equal(act.previous, lastOn.get(act.resource) ?? null, `${said}: does not follow`)
    lastOn.set(act.resource, createHash('sha256').update(body).digest('hex'))
    follow(systems, act, at)
  }
}

function follow(
  systems: Map<string, System>,
  act: Readonly<Record<string, string>> & { readonly key: { readonly kid: string } },
  at: number
): void {
  const { resource = '', kid = '', validFrom, validTo } = act
  const system = systems.get(resource)
  switch (act.act) {
    case 'system.added':
      systems.set(resource, { keys: new Map(), status: 'active' })
      break
    case 'key.added': {
      const from = validFrom === undefined ? at : Date.parse(validFrom)
      const to = validTo === undefined ? Number.POSITIVE_INFINITY : Date.parse(validTo)
      system?.keys.set(act.key.kid, { validFrom: from, validTo: to })
      break
    }
    case 'key.retired':
      system?.keys.delete(kid)
      break
    case 'system.suspended':
    case 'system.resumed':
    case 'system.revoked':
      assert.notEqual(system?.status ?? 'revoked', 'revoked', `${act.act} on ${resource}`)
      if (system) system.status = statuses[act.act]
  }
}

const statuses = {
  'system.suspended': 'suspended',
  'system.resumed': 'active',
  'system.revoked': 'revoked'
} as const
