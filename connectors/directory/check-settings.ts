import { isAbsolute } from 'node:path'
import { parseDn } from './ldap/dn.ts'
import type { DirectorySettings } from './settings.ts'

const places = ['given', 'initials', 'family', 'middle', 'staffNumber', 'unit']

/** What is wrong with settings that match their schema. */
export async function checkSettings(settings: DirectorySettings): Promise<readonly string[]> {
  const { bindDn, peopleBase, addressBase, addressTemplate, url, startTls, doveadm, passwordFolder } =
    settings
  const problems: string[] = []
  if (!parseDn(bindDn)?.length) problems.push('bindDn: this is no DN, such as cn=bus,dc=example,dc=vn')
  if (!parseDn(peopleBase)?.length)
    problems.push('peopleBase: this is no DN, such as ou=people,dc=example,dc=vn')
  if (addressBase !== undefined && !parseDn(addressBase)?.length)
    problems.push('addressBase: this is no DN, such as dc=example,dc=vn')
  const used = [...addressTemplate.matchAll(/\{(\w*)\}/g)].map(([, name = '']) => name)
  const unknown = used.find((name) => !places.includes(name))
  if (unknown !== undefined)
    problems.push(`addressTemplate: {${unknown}} is none of {${places.join('}, {')}}`)
  if (!used.some((name) => ['given', 'family', 'staffNumber'].includes(name)))
    problems.push('addressTemplate: it needs {given}, {family} or {staffNumber}')
  if (!/^[a-z0-9._-]*$/.test(addressTemplate.replaceAll(/\{\w*\}/g, '')))
    problems.push('addressTemplate: beside the places only a to z, digits and . _ - can be used')
  if (!isAbsolute(passwordFolder))
    problems.push('passwordFolder: give the whole path, such as /var/lib/lienthong/passwords')
  if (!startTls && url.startsWith('ldap:') && !isLoopback(url))
    problems.push('startTls: without TLS passwords would cross the network; use ldaps:// or startTls')
  if (doveadm?.url.startsWith('http:') && !isLoopback(doveadm.url))
    problems.push('doveadm/url: the key would cross the network in the clear; use https://')
  return problems
}

function isLoopback(url: string): boolean {
  return URL.canParse(url) && /^(?:127\.|localhost$|\[::1\]$)/.test(new URL(url).hostname)
}
