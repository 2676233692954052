/** A schema with every shape the profile knows, required and optional. */
export const everyShape = JSON.stringify({
  type: 'record',
  name: 'TestHappenedV1',
  namespace: 'lienthong.test',
  doc: 'Every shape there is.',
  fields: [
    { name: 'text', type: 'string', doc: 'A text.' },
    { name: 'secret', type: ['null', 'string'], default: null, personal: true, doc: 'A personal text.' },
    { name: 'flag', type: 'boolean', doc: 'A flag.' },
    { name: 'blob', type: 'bytes', doc: 'Bytes.' },
    { name: 'small', type: 'int', doc: 'A small number.' },
    { name: 'big', type: ['null', 'long'], default: null, doc: 'A large number.' },
    { name: 'day', type: { type: 'int', logicalType: 'date' }, doc: 'A day.' },
    {
      name: 'at',
      type: ['null', { type: 'long', logicalType: 'timestamp-millis' }],
      default: null,
      doc: 'An instant.'
    },
    { name: 'side', type: { type: 'enum', name: 'Side', symbols: ['LEFT', 'RIGHT'] }, doc: 'A side.' },
    { name: 'names', type: ['null', { type: 'array', items: 'string' }], default: null, doc: 'Names.' },
    {
      name: 'people',
      type: {
        type: 'array',
        items: {
          type: 'record',
          name: 'Person',
          fields: [
            { name: 'name', type: 'string', personal: true, doc: 'Who.' },
            { name: 'other', type: ['null', 'Side'], default: null, doc: 'A side again.' }
          ]
        }
      },
      doc: 'People.'
    },
    {
      name: 'files',
      type: [
        'null',
        {
          type: 'array',
          items: {
            type: 'record',
            name: 'lienthong.Attachment',
            fields: [
              { name: 'name', type: 'string', doc: 'Name.' },
              { name: 'mediaType', type: 'string', doc: 'Media type.' },
              { name: 'size', type: 'long', doc: 'Bytes.' },
              { name: 'sha256', type: 'string', doc: 'Digest.' }
            ]
          }
        }
      ],
      default: null,
      doc: 'Files.'
    },
    { name: 'cover', type: ['null', 'lienthong.Attachment'], default: null, doc: 'One more file.' }
  ]
})

/** The smallest payload of `everyShape`. */
export const leastPayload = {
  text: 'chữ',
  flag: true,
  blob: 'AQID',
  small: -1,
  day: '2026-11-24',
  side: 'LEFT',
  people: []
}
