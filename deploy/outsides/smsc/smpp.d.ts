/** The parts of the library `smpp` that are used here; it brings no types. */
declare module 'smpp' {
  import type { EventEmitter } from 'node:events'
  import type { Server as NetServer, Socket } from 'node:net'

  export interface Message {
    readonly udh?: readonly Buffer[]
    readonly message: string | Buffer
  }

  export interface PDU {
    readonly command: string
    readonly command_status: number
    readonly sequence_number: number
    readonly system_id?: string
    readonly password?: string
    readonly message_id?: string
    readonly source_addr?: string
    readonly destination_addr?: string
    readonly esm_class?: number
    readonly data_coding?: number
    readonly registered_delivery?: number
    readonly validity_period?: Date | string
    readonly short_message?: Message
    readonly message_payload?: Message
    readonly user_message_reference?: number
    response(options?: object): PDU
    toBuffer(): Buffer
  }

  export interface Session extends EventEmitter {
    readonly socket: Socket
    send(pdu: PDU, onResponse?: (response: PDU) => void): boolean
    deliver_sm(fields: object, onResponse?: (response: PDU) => void): boolean
    submit_sm(fields: object, onResponse?: (response: PDU) => void): boolean
    bind_transceiver(fields: object, onResponse?: (response: PDU) => void): boolean
    enquire_link(onResponse?: (response: PDU) => void): boolean
    unbind(onResponse?: (response: PDU) => void): boolean
    close(): void
    destroy(): void
  }

  interface Library {
    createServer(listener: (session: Session) => void): NetServer
    createServer(options: object, listener: (session: Session) => void): NetServer
    connect(options: object, listener?: () => void): Session
  }

  const smpp: Library
  export default smpp
}
