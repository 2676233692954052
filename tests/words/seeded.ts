/** Sources in which an old word stands, and what must be said of each. */
export const seeded: readonly (readonly [string, RegExp])[] = [
  ["f('a', handedOver, 'b')", /handedOver is called/],
  ["globSync('**/*.ts'); handedOver()", /handedOver is called/],
  ['`a $\u007bhandedOver} b`', /handedOver is called/],
  ['`a $\u007bf(`$\u007bhandedOver}`)} b`', /handedOver is called/],
  ["f({ 'set-aside': 1 })", /set-aside is called quarantined/],
  ["const x = 'handedOver'", /has another name on the wire/],
  ["f('it was handed over')", /"handed over" is called/],
  ['f(`it was handed over to $\u007bx}`)', /"handed over" is called/],
  ['// Deliveries stand still.', /"stand still" is called/],
  ['/** What would mend it. */', /"mend" is called fix/],
  ['type Found = string', /Found is called InboundItem/],
  ['interface Held {}', /Held is called/],
  ['join(listed(rows))', /listed is called valuesTable/],
  ['connector.settled?.(x)', /settled is called acknowledge/],
  ['const finding = { well: true }', /well is called ok/],
  ["interface X { state: 'accepted' | 'refused' }", /state 'refused' is called/],
  ["if (status === 'refused') f()", /status 'refused' is called/],
  ["f({ status: 'refused' })", /status 'refused' is called/],
  ['f(\'{"state":"refused"}\')', /is called rejected/]
]

/** Sources that keep to the words, though they look as if they did not. */
export const kept: readonly string[] = [
  "const verdict = { newReadsOld: 'refused' }",
  "fetch('/.well-known/jwks.json')",
  "f('settled', 'within')",
  'await Promise.allSettled([])',
  'toFoundFile(stat)',
  'const listed = [1]; x.toString()',
  "// It's what the 'hand' is over.\nf('x')"
]
