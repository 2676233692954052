import htm from 'htm'
import { createContext, h, render } from 'preact'
import { useContext, useEffect, useMemo, useRef, useState } from 'preact/hooks'

/** The path of the gateway's public URL, empty for most: this file is at `<it>/console/assets/<digest>/lib.js`. */
export const publicPath = new URL('../../..', import.meta.url).pathname.replace(/\/$/, '')

/** An element. Pages name addresses below the gateway's public URL. @param {any} type @param {any} props @param {any[]} children */
function element(type, props, ...children) {
  const isBelow = typeof type === 'string' && props?.href?.startsWith('/')
  return h(type, isBelow ? { ...props, href: publicPath + props.href } : props, ...children)
}

/** Templates in place of JSX, which would need a build step. */
export const html = /** @type {any} */ (htm).bind(element)
export { createContext, render, useContext, useEffect, useMemo, useRef, useState }
