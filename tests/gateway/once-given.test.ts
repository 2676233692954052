import assert from 'node:assert/strict'
import { EventEmitter } from 'node:events'
import { it } from 'node:test'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { onceGiven } from '#gateway/routes/once-given.ts'

/** How often the callback came, after what happened to the response. */
function callsAfter(method: string, statusCode: number, happens: readonly string[]): number {
  const raw = Object.assign(new EventEmitter(), { statusCode })
  let calls = 0
  onceGiven({ method } as FastifyRequest, { raw } as unknown as FastifyReply, () => {
    calls += 1
  })
  for (const event of happens) raw.emit(event)
  return calls
}

it('only a response to GET that was written in full, and is no error, counts as given, and once', () => {
  assert.equal(callsAfter('GET', 200, ['finish', 'close', 'finish']), 1)
  assert.equal(callsAfter('GET', 200, ['close']), 0, 'the client went away in the middle')
  assert.equal(callsAfter('GET', 500, ['finish', 'close']), 0)
  assert.equal(callsAfter('HEAD', 200, ['finish', 'close']), 0)
})
