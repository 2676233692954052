import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { TestContext } from 'node:test'
import type { Client } from '#client/client.ts'
import { createClient } from '#client/create-client.ts'
import { BusError } from '#protocol/errors/bus-error.ts'
import { toProblem } from '#protocol/errors/problem.ts'
import { generateKey } from '#protocol/trust/jwk.ts'

export type Answering = (request: IncomingMessage, response: ServerResponse, turn: number) => void

/** A server that answers a client as a test says, request by request. */
export async function startAnswering(t: TestContext, answer: Answering): Promise<string> {
  let turn = 0
  const server = createServer((request, response) => {
    turn += 1
    answer(request, response, turn)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

/** A client of a gateway, impatient unless told otherwise. */
export async function clientOf(gateway: string, timeoutMs = 300): Promise<Client> {
  const { privateJwk } = await generateKey('a', 'EdDSA')
  return createClient({
    gateway,
    system: '/agencies/000.00.91.H03/systems/qlvb',
    key: privateJwk,
    timeoutMs,
    language: 'en'
  })
}

export function answerJson(response: ServerResponse, value: object): void {
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(value))
}

/** Answers as a busy gateway does. */
export function answerBusy(response: ServerResponse, headers: Record<string, string> = {}): void {
  const problem = toProblem(new BusError('BUS_OVERLOADED', 'handler-timeout'), { language: 'en' })
  response
    .writeHead(503, { 'content-type': 'application/problem+json', ...headers })
    .end(JSON.stringify(problem))
}
