/** Cycles of a graph: groups of nodes that reach each other, each sorted. Tarjan's algorithm. */
export function circlesOf(graph: ReadonlyMap<string, readonly string[]>): readonly (readonly string[])[] {
  const order = new Map<string, number>()
  const lowest = new Map<string, number>()
  const open: string[] = []
  const circles: string[][] = []

  const visit = (node: string): number => {
    const at = order.size
    order.set(node, at)
    lowest.set(node, at)
    open.push(node)
    for (const next of graph.get(node) ?? []) {
      const reached = order.has(next) ? (open.includes(next) ? (order.get(next) ?? at) : at) : visit(next)
      lowest.set(node, Math.min(lowest.get(node) ?? at, reached))
    }
    if (lowest.get(node) === at) {
      const group = open.splice(open.indexOf(node))
      if (group.length > 1 || graph.get(node)?.includes(node)) circles.push(group.sort())
    }
    return lowest.get(node) ?? at
  }

  for (const node of graph.keys()) if (!order.has(node)) visit(node)
  return circles
}
