export interface Line {
  readonly name: string
  readonly points: readonly (readonly [x: number, y: number])[]
}

export interface PlotOptions {
  readonly title: string
  readonly x: string
  readonly y: string
  readonly lines: readonly Line[]
}

const width = 640
const height = 360
const left = 70
const right = 20
const top = 40
const bottom = 50
const colours = ['#1f5fa8', '#c0392b', '#2e7d32']

/** A plot as SVG: x logarithmic, y from 0. Readable without colours: each line is labelled at its end. */
export function plot({ title, x, y, lines }: PlotOptions): string {
  const all = lines.flatMap(({ points }) => points)
  const xs = all.map(([value]) => Math.log10(value))
  const [least, most] = [Math.min(...xs), Math.max(...xs)]
  const highest = Math.max(...all.map(([, value]) => value)) * 1.1
  const toX = (value: number): number =>
    left + ((Math.log10(value) - least) / (most - least || 1)) * (width - left - right)
  const toY = (value: number): number => height - bottom - (value / highest) * (height - top - bottom)
  const ticks = [0, 0.25, 0.5, 0.75, 1].map((share) => share * highest)
  const marks = [...new Set(all.map(([value]) => value))]
  const parts = [
    text(width / 2, 20, title, 'middle'),
    text(width / 2, height - 10, x, 'middle'),
    text(8, 30, y, 'start'),
    ...ticks.map((tick) => rule(toY(tick)) + text(left - 6, toY(tick) + 4, rounded(tick), 'end')),
    ...marks.map((mark) => text(toX(mark), height - bottom + 16, short(mark), 'middle')),
    ...lines.flatMap(({ name, points }, index) => {
      const colour = colours[index % colours.length]
      const path = points.map(([px, py]) => `${toX(px).toFixed(1)},${toY(py).toFixed(1)}`).join(' ')
      const [lastX, lastY] = points.at(-1) ?? [1, 0]
      return [
        `<polyline fill="none" stroke="${colour}" stroke-width="2" points="${path}"/>`,
        text(toX(lastX), toY(lastY) - 8, name, 'end')
      ]
    })
  ]
  const head = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="12">`
  return `${head}\n<title>${title}</title>\n<rect width="100%" height="100%" fill="white"/>\n${parts.join('\n')}\n</svg>\n`
}

function text(x: number, y: number, words: string, anchor: 'start' | 'middle' | 'end'): string {
  return `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" text-anchor="${anchor}">${words}</text>`
}

function rule(y: number): string {
  return `<line x1="${left}" x2="${width - right}" y1="${y.toFixed(1)}" y2="${y.toFixed(1)}" stroke="#ddd"/>`
}

function rounded(value: number): string {
  return value >= 100 ? String(Math.round(value)) : value.toFixed(1)
}

function short(value: number): string {
  if (value >= 1e6) return `${value / 1e6} M`
  return value >= 1e4 ? `${value / 1e3} k` : String(value)
}
