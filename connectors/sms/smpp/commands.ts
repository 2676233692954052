/** How a field is written: a number of octets, text with a NUL behind it, text with its length, or a list. */
export type FieldForm = 'octet' | 'text' | 'message' | 'destinations' | 'failures' | 'number4'

export interface Field {
  readonly name: string
  readonly form: FieldForm
  /** Most octets of a text, without its NUL, where more are rejected. */
  readonly most?: number
}

export interface Command {
  readonly name: string
  readonly id: number
  readonly fields: readonly Field[]
}

const responseBit = 0x8000_0000

const octets = (names: string): readonly Field[] => names.split(' ').map((name) => ({ name, form: 'octet' }))
const texts = (names: string): readonly Field[] => names.split(' ').map((name) => ({ name, form: 'text' }))
const address = (ton: string, npi: string, name: string): readonly Field[] => [
  ...octets(`${ton} ${npi}`),
  { name, form: 'text', most: 20 }
]

const source = address('source_addr_ton', 'source_addr_npi', 'source_addr')
const destination = address('dest_addr_ton', 'dest_addr_npi', 'destination_addr')
const message: Field = { name: 'short_message', form: 'message' }
const bind = [
  ...texts('system_id password system_type'),
  ...octets('interface_version addr_ton addr_npi'),
  ...texts('address_range')
]
const handling = [
  ...octets('esm_class protocol_id priority_flag'),
  ...texts('schedule_delivery_time validity_period'),
  ...octets('registered_delivery replace_if_present_flag data_coding sm_default_msg_id'),
  message
]
const submit = [...texts('service_type'), ...source, ...destination, ...handling]

/** Of SMPP 3.4, section 4: name, number, fields of the request, fields of the response. */
const pairs: readonly (readonly [string, number, readonly Field[], (readonly Field[])?])[] = [
  ['bind_receiver', 0x01, bind, texts('system_id')],
  ['bind_transmitter', 0x02, bind, texts('system_id')],
  [
    'query_sm',
    0x03,
    [...texts('message_id'), ...source],
    [...texts('message_id final_date'), ...octets('message_state error_code')]
  ],
  ['submit_sm', 0x04, submit, texts('message_id')],
  ['deliver_sm', 0x05, submit, texts('message_id')],
  ['unbind', 0x06, [], []],
  [
    'replace_sm',
    0x07,
    [
      ...texts('message_id'),
      ...source,
      ...texts('schedule_delivery_time validity_period'),
      ...octets('registered_delivery sm_default_msg_id'),
      message
    ],
    []
  ],
  ['cancel_sm', 0x08, [...texts('service_type message_id'), ...source, ...destination], []],
  ['bind_transceiver', 0x09, bind, texts('system_id')],
  ['outbind', 0x0b, texts('system_id password')],
  ['enquire_link', 0x15, [], []],
  [
    'submit_multi',
    0x21,
    [...texts('service_type'), ...source, { name: 'dest', form: 'destinations' }, ...handling],
    [...texts('message_id'), { name: 'unsuccess', form: 'failures' }]
  ],
  ['alert_notification', 0x102, [...source, ...address('esme_addr_ton', 'esme_addr_npi', 'esme_addr')]],
  [
    'data_sm',
    0x103,
    [
      ...texts('service_type'),
      ...source,
      ...destination,
      ...octets('esm_class registered_delivery data_coding')
    ],
    texts('message_id')
  ]
]

const commands: readonly Command[] = [
  { name: 'generic_nack', id: responseBit, fields: [] },
  ...pairs.flatMap(([name, id, fields, response]): readonly Command[] => [
    { name, id, fields },
    ...(response ? [{ name: `${name}_resp`, id: id + responseBit, fields: response }] : [])
  ])
]
const byId = new Map(commands.map((command) => [command.id, command]))
const byName = new Map(commands.map((command) => [command.name, command]))

export function isResponse(id: number): boolean {
  return id >= responseBit
}

/** The command of a number; one without fields for a number that SMPP 3.4 does not have. */
export function commandOf(id: number): Command {
  const ending = isResponse(id) ? '_resp' : ''
  return byId.get(id) ?? { name: `unknown_${id.toString(16).padStart(8, '0')}${ending}`, id, fields: [] }
}

export function commandNamed(name: string): Command {
  const command = byName.get(name)
  if (!command) throw new TypeError(`${name} is no command of SMPP`)
  return command
}

/** Tags of the optional parameters that mean something here (SMPP 3.4, 5.3.2). */
export const tags = {
  userMessageReference: 0x0204,
  joiningReference: 0x020c,
  joiningTotal: 0x020e,
  joiningNumber: 0x020f,
  networkErrorCode: 0x0423,
  messagePayload: 0x0424,
  messageState: 0x0427,
  receiptedMessageId: 0x001e
} as const
