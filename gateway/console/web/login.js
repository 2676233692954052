import { request, withQuery } from './api.js'
import { LanguageChoice } from './frame.js'
import { useTexts } from './i18n.js'
import { html, useEffect, useState } from './lib.js'
import { Problem } from './parts.js'

const loginToken = /^#login=(.+)$/

export function hasLoginToken() {
  return loginToken.test(location.hash)
}

/**
 * The token of a log-in link. It is taken out of the address at once, so that it is neither in the history nor in what
 * is copied from there.
 */
export function takeLoginToken() {
  const [, token] = loginToken.exec(location.hash) ?? []
  if (token !== undefined) history.replaceState(null, '', location.pathname + location.search)
  return token
}

/** Where a log-in at the OpenID provider begins; it comes back to the page that is shown. */
export function oidcStart(start = '/console/oidc/start', more = {}) {
  return withQuery(start, { return: location.pathname + location.search, ...more })
}

/** How to log in. @param {{ error: unknown }} props */
export function Login({ error }) {
  const { t, language } = useTexts()
  const [oidc, setOidc] = useState(/** @type {string | undefined} */ (undefined))
  useEffect(() => {
    document.title = `${t('login.title')} · Liên Thông`
  }, [language])
  useEffect(() => {
    request('/console/login', { language }).then(
      (ways) => setOidc(ways.oidc),
      () => {} // The link is shown, which works without it.
    )
  }, [])
  return html`<main class="login" id="main">
    <h1>Liên Thông</h1>
    <p class="lead">${t('login.lead')}</p>
    ${error !== undefined && html`<${Problem} error=${error} />`}
    <h2>${t('login.title')}</h2>
    ${oidc !== undefined && html`<p><a class="button main" href=${oidcStart(oidc)}>${t('login.oidc')}</a></p>`}
    <p>${t('login.link')}</p>
    <pre><code>lienthong console</code></pre>
    <p class="quiet">${t('login.link.once')}</p>
    <div class="actions"><${LanguageChoice} /></div>
  </main>`
}
