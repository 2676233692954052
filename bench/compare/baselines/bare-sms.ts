import smpp from 'smpp'

/** Hands messages to a message centre with the library `smpp`, and does nothing else. */
export async function openBareSms(options: {
  readonly port: number
  readonly systemId: string
  readonly password: string
}) {
  const { port, systemId, password } = options
  const session = smpp.connect({ host: '127.0.0.1', port })
  session.on('error', () => {})
  await new Promise((resolve) => {
    session.bind_transceiver({ system_id: systemId, password }, resolve)
  })
  const send = (number: string, text: string): Promise<string> =>
    new Promise((resolve) => {
      const fields = { source_addr: 'BENCH', destination_addr: number, short_message: unaccented(text) }
      session.submit_sm({ ...fields, registered_delivery: 1 }, ({ message_id: id = '' }) => resolve(id))
    })
  return { send, close: () => session.close() }
}

function unaccented(text: string): string {
  return text.normalize('NFD').replaceAll(/\p{M}/gu, '').replaceAll('đ', 'd').replaceAll('Đ', 'D')
}
