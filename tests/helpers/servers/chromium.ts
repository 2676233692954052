import { type Browser, chromium } from 'playwright-core'
import type { Cleanup } from '#deploy/servers/cleanup.ts'
import { chromiumProgram } from './installed.ts'
import { mustBeInstalled } from './needs.ts'

/** Debian's Chromium, driven by the test. */
export async function startChromium(suite: Cleanup): Promise<Browser> {
  mustBeInstalled('chromium')
  const browser = await chromium.launch({
    executablePath: chromiumProgram,
    // Tests run as root in containers, where Chromium's sandbox cannot.
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--disable-background-networking']
  })
  suite.after(() => browser.close())
  return browser
}
