import assert from 'node:assert/strict'
import { it } from 'node:test'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { sendGiven } from '#gateway/routes/send-given.ts'

/** What happens in which order when events are sent to a reader. */
function stepsOf(method: string, destroyed: boolean): readonly string[] {
  const steps: string[] = []
  const reply = {
    type: () => reply,
    send: (text: string) => {
      steps.push(text)
      return reply
    }
  }
  const request = { method, raw: { socket: { destroyed } } }
  const given = (): void => {
    steps.push('given')
  }
  sendGiven(request as FastifyRequest, reply as unknown as FastifyReply, { text: 'page', given })
  return steps
}

it('an answer to GET counts as given before its first byte; not to HEAD, nor to who has gone', () => {
  assert.deepEqual(stepsOf('GET', false), ['given', 'page'])
  assert.deepEqual(stepsOf('HEAD', false), ['page'])
  assert.deepEqual(stepsOf('GET', true), ['page'])
})
