import { publicPath, useEffect, useState } from './lib.js'

/** @typedef {{ path: string, query: Record<string, string> }} Place */

/** Where the reader is. @returns {Place} */
function here() {
  const path = location.pathname.slice(publicPath.length).replace(/\/$/, '')
  return { path, query: Object.fromEntries(new URLSearchParams(location.search)) }
}

/** @param {string} address Below the gateway's public URL. */
export function go(address) {
  history.pushState(null, '', publicPath + address)
  dispatchEvent(new PopStateEvent('popstate'))
}

/** The place, followed as links of the console are used. Call it once. */
export function usePlace() {
  const [place, setPlace] = useState(here)
  useEffect(() => {
    const moved = () => setPlace(here())
    addEventListener('popstate', moved)
    document.addEventListener('click', follow)
    return () => {
      removeEventListener('popstate', moved)
      document.removeEventListener('click', follow)
    }
  }, [])
  return place
}

/** Follows a link of the console without loading the page again. @param {MouseEvent} event */
function follow(event) {
  const isPlain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey
  const link = event.target instanceof Element ? event.target.closest('a') : null
  if (!isPlain || event.defaultPrevented || !link || link.target !== '' || link.hasAttribute('download'))
    return
  if (link.origin !== location.origin || !link.pathname.startsWith(`${publicPath}/`)) return
  const path = link.pathname.slice(publicPath.length)
  if (!isPage(path)) return
  event.preventDefault()
  go(path + link.search + link.hash)
  scrollTo(0, 0)
}

/** @param {string} path */
function isPage(path) {
  return /^\/console(\/|$)/.test(path) && !/^\/console\/(oidc|assets|session|login)(\/|$)/.test(path)
}

/**
 * The parts of a path that a pattern such as `/console/flows/:flow` names; undefined if it does not match.
 * @param {string} pattern
 * @param {string} path
 * @returns {Record<string, string> | undefined}
 */
export function match(pattern, path) {
  const wanted = pattern.split('/')
  const given = path.split('/')
  if (wanted.length !== given.length) return undefined
  /** @type {Record<string, string>} */
  const found = {}
  for (const [at, part] of wanted.entries()) {
    const value = given[at] ?? ''
    if (part.startsWith(':')) found[part.slice(1)] = decoded(value)
    else if (part !== value) return undefined
  }
  return found
}

/** @param {string} part */
function decoded(part) {
  try {
    return decodeURIComponent(part)
  } catch {
    return part // A link that was cut off in the middle of a letter.
  }
}
