import htm from 'htm'
import { createContext, h, render } from 'preact'
import { useContext, useEffect, useMemo, useRef, useState } from 'preact/hooks'

/** Templates in place of JSX, which would need a build step. */
export const html = /** @type {any} */ (htm).bind(h)
export { createContext, render, useContext, useEffect, useMemo, useRef, useState }
