import type { Random } from '../faults/random.ts'
import { mutateBytes } from './mutate-bytes.ts'

const texts: readonly string[] = [
  ...[
    '',
    ' ',
    '0',
    '-1',
    '65536',
    '99999',
    '1e9',
    '00001',
    '2019/02/30',
    '31/12/9999',
    '1/1/0001',
    '2019-1-1'
  ],
  ...[
    '2019/02/27 10:47:08',
    '2019/02/27T24:00:00',
    '9999/12/31 23:59:59',
    '0000/01/01 00:00:00',
    '2019/02/27 10:47:60'
  ],
  ...[
    '0',
    '1',
    '2',
    '3',
    '4',
    '01',
    '__proto__',
    'constructor',
    'toString',
    'hasOwnProperty',
    '000.00.92.H03'
  ],
  ...[
    '000.00.92.h03',
    ' 000.00. 92.H03 ',
    'A',
    'ữ'.repeat(300),
    '../x',
    '..\\x',
    '/etc/passwd',
    'C:x',
    'CON',
    'a.txt.'
  ],
  ...[
    'a%2e%2e%2f',
    'a\u202etxt',
    'a\u0000',
    '&#0;',
    '&#13;',
    '&#x85;',
    '&#xD800;',
    '&#xFFFE;',
    '&#x110000;',
    '&#65;&#x41;'
  ],
  ...[
    '&amp;lt;',
    '&bom;',
    'e\u0301',
    '\u0301',
    '\u00a0',
    '\u2028',
    '\ufeff',
    ']]>',
    '<![CDATA[x]]>',
    '<![CDATA[]]>',
    '<!-- x -->'
  ],
  ...['AAAA', 'AA==', 'AB', 'A', 'AAAA=AAAA', '-_', 'cid:1', 'application/pdf', 'text/html\r\n', 'image/png']
]

const insertions: readonly string[] = [
  '<!DOCTYPE a [<!ENTITY b "c">]>',
  '<?php echo 1 ?>',
  '<!-- -- -->',
  '<a xmlns="http://www.mic.gov.vn/TBT/QCVN_102_2016"/>',
  '<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="file:///etc/passwd"/>',
  '<Signature xmlns="http://www.w3.org/2000/09/xmldsig#"/>',
  '<Signature/>',
  '<x:y/>',
  '<edXML:Status xmlns:edXML="http://www.mic.gov.vn/TBT/QCVN_102_2016"/>',
  '</a>',
  '<',
  '>',
  '&',
  '<![CDATA['
]

/** Beyond it there are only attachments, whose cost is that of their bytes. */
const maxBytes = 2 * 1_048_576

/** One change of a package: of its elements, its texts, its tags, or its bytes. */
export function mutateXml(bytes: Buffer, other: Buffer, random: Random): Buffer {
  const changed = change(bytes, other, random)
  return changed.length > maxBytes ? bytes : changed
}

function change(bytes: Buffer, other: Buffer, random: Random): Buffer {
  const kind = random.integer(0, 11)
  if (kind >= 10) return mutateBytes(bytes, other, random)
  const parts = bytes.toString('utf8').match(/<[^>]*>|[^<]+|</g) ?? ['']
  const theirs = other.toString('utf8').match(/<[^>]*>|[^<]+|</g) ?? ['']
  const at = random.integer(0, parts.length - 1)
  const part = parts[at] ?? ''
  switch (kind) {
    case 0:
    case 1: {
      const leaves = parts.flatMap((text, index) =>
        text.startsWith('<') || text.trim() === '' ? [] : [index]
      )
      if (leaves.length > 0) parts[random.pick(leaves)] = random.pick(texts)
      break
    }
    case 2:
      parts.splice(at, 0, random.pick(insertions))
      break
    case 3: {
      const [start, end] = elementAt(parts, random)
      parts.splice(start, end - start)
      break
    }
    case 4: {
      const [start, end] = elementAt(parts, random)
      const times = random.pick([1, 1, 2, 65, 300, 2500])
      const element = parts.slice(start, end).join('')
      parts.splice(start, 0, element.repeat(Math.min(times, Math.ceil(maxBytes / element.length))))
      break
    }
    case 5: {
      const [start, end] = elementAt(theirs, random)
      parts.splice(at, 0, theirs.slice(start, end).join(''))
      break
    }
    case 6: {
      const [start, end] = elementAt(parts, random)
      const moved = parts.splice(start, end - start).join('')
      parts.splice(random.integer(0, parts.length), 0, moved)
      break
    }
    case 7: {
      const depth = random.pick([1, 10, 60, 64, 1000, 20_000])
      const [start, end] = elementAt(parts, random)
      parts[start] = '<a>'.repeat(depth) + (parts[start] ?? '')
      parts[end - 1] = (parts[end - 1] ?? '') + '</a>'.repeat(depth)
      break
    }
    case 8:
      parts[at] = retagged(part, random)
      break
    default:
      parts[at] = part.startsWith('<') ? `<!-- ${part} -->` : swollen(part, random)
  }
  return Buffer.from(parts.join(''))
}

/** Where an element stands, from its opening to behind its end. */
function elementAt(parts: readonly string[], random: Random): readonly [start: number, end: number] {
  const openings = parts.flatMap((part, index) => (/^<[^!?/]/.test(part) ? [index] : []))
  if (openings.length === 0) return [0, 1]
  const start = random.pick(openings)
  let depth = 0
  for (let index = start; index < parts.length; index += 1) {
    const part = parts[index] ?? ''
    if (/^<[^!?/]/.test(part) && !part.endsWith('/>')) depth += 1
    else if (part.startsWith('</')) depth -= 1
    if (depth <= 0) return [start, index + 1]
  }
  return [start, parts.length]
}

function retagged(part: string, random: Random): string {
  const many = random.pick([1, 64, 65, 5000])
  const attributes = Array.from({ length: many }, (_unused, index) => ` b${index}="c"`).join('')
  return random.pick([
    part.replace(/[A-Za-z]+:/, ''),
    part.replace(/^<\/?/, '$&x:'),
    part.replace(/Bussiness/, 'Business'),
    part.replace(/\/?>$/, `${attributes}$&`),
    part.replace(/\/?>$/, ' xmlns="urn:x"$&'),
    part.replace(/\/?>$/, ' xmlns:edXML="urn:x"$&'),
    part.replace(/\/?>$/, ' a="1" a="2"$&'),
    part.replace(/\/?>$/, ' xsi:schemaLocation="http://127.0.0.1:9/ x"$&'),
    part.toLowerCase(),
    `<${'a'.repeat(random.pick([256, 257, 70_000]))}>`
  ])
}

function swollen(text: string, random: Random): string {
  const times = random.pick([10, 1000, 20_000])
  return random
    .pick([text.slice(0, 20), '&#65;', '&amp;', ' ', '\u1eef', '<b/>', ']]', '<![CDATA[a]]>'])
    .repeat(times)
}
