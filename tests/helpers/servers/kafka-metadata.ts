import { connect } from 'node:net'

const metadataApi = 3
const version = 1

/**
 * The ids of the brokers that a broker knows to be alive, from a Metadata request of the Kafka protocol:
 * that its port accepts connections does not show this.
 */
export async function knownBrokers(
  port: number,
  signal: AbortSignal,
  host = '127.0.0.1'
): Promise<readonly number[]> {
  const socket = connect({
    port,
    host,
    signal: AbortSignal.any([signal, AbortSignal.timeout(2000)])
  })
  try {
    socket.write(metadataRequest())
    let answer = Buffer.alloc(0)
    for await (const chunk of socket as AsyncIterable<Buffer>) {
      answer = Buffer.concat([answer, chunk])
      if (answer.length >= 4 && answer.length >= 4 + answer.readInt32BE(0)) return brokersOf(answer)
    }
    return []
  } finally {
    socket.destroy()
  }
}

function metadataRequest(): Buffer {
  const clientId = Buffer.from('ready?')
  const request = Buffer.alloc(4 + 2 + 2 + 4 + 2 + clientId.length + 4)
  let at = request.writeInt32BE(request.length - 4, 0)
  at = request.writeInt16BE(metadataApi, at)
  at = request.writeInt16BE(version, at)
  at = request.writeInt32BE(1, at) // The correlation id.
  at = request.writeInt16BE(clientId.length, at)
  at += clientId.copy(request, at)
  request.writeInt32BE(0, at) // No topic.
  return request
}

/** Length, correlation id, then for each broker: id, host, port, rack. */
function brokersOf(answer: Buffer): readonly number[] {
  const ids: number[] = []
  let at = 8
  const count = answer.readInt32BE(at)
  at += 4
  for (let n = 0; n < count; n += 1) {
    ids.push(answer.readInt32BE(at))
    at += 4
    at += 2 + answer.readInt16BE(at) + 4
    at += 2 + Math.max(0, answer.readInt16BE(at)) // -1 if there is no rack.
  }
  return ids
}
