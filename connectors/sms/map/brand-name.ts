const allowed = /^[A-Za-z0-9._ -]{1,11}$/

/** Whether a name can be a brand name (tên định danh), by Decree 91/2020/NĐ-CP, article 23. */
export function isBrandName(name: string): boolean {
  return allowed.test(name) && /\S/.test(name) && name.trim() === name && !/^\d+$/.test(name)
}
