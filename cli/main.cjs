#!/usr/bin/env -S node --max-semi-space-size=16 --heap-growing-percent=70 --v8-pool-size=1
// The first two flags limit the memory that V8 keeps: two fifths less in all, and batches a tenth slower. With one helper
// thread events are a tenth faster on two cores; more cores were not measured (docs/performance.md).

// An old Node refuses to load TypeScript before any of it runs. So this file is CommonJS, which every Node
// runs, and `main.ts` is a link to it: Node looks at the name of the file that a link leads to.
const needed = require('../package.json').engines.node.replace('>=', '')

if (process.versions.node.localeCompare(needed, 'en', { numeric: true }) >= 0) {
  // Each start takes a third less processor time; where nobody may write there, as much as without.
  require('node:module').enableCompileCache(
    require('node:path').join(__dirname, '../node_modules/.cache/node')
  )
  void import('./lienthong.ts')
} else {
  console.error(
    `Liên Thông needs Node.js ${needed} or later, this is ${process.version}. Use \`npm start\` or \`npx --no-install lienthong\` after \`npm ci\`, which brings it, or install it.`
  )
  process.exitCode = 1
}
