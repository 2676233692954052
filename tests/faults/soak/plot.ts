import type { Measured, Sample } from './samples.ts'

const width = 900
const height = 130
const left = 60

const titles: Readonly<Record<Measured, string>> = {
  rssMb: 'resident memory, MB',
  descriptors: 'open descriptors',
  walMb: 'write-ahead logs, MB',
  lag: 'records that the projector has left'
}

/** The samples as an SVG: a panel for each figure, a line for each process. */
export function plot(samples: readonly Sample[]): string {
  const panels = (Object.keys(titles) as Measured[]).map(
    (what, index) => `<g transform="translate(0 ${index * (height + 40) + 25})">${panel(samples, what)}</g>`
  )
  const size = `width="${left + width + 20}" height="${panels.length * (height + 40)}"`
  return `<svg xmlns="http://www.w3.org/2000/svg" ${size} font-family="sans-serif" font-size="12">
<title>Memory, descriptors, write-ahead logs and lag of the bus under the soak</title>
<rect width="100%" height="100%" fill="white"/>
${panels.join('\n')}
</svg>
`
}

function panel(samples: readonly Sample[], what: Measured): string {
  const end = Math.max(1, ...samples.map(({ at }) => at))
  const top = Math.max(1, ...samples.map((sample) => sample[what]))
  const place = (sample: Sample): string =>
    `${(left + (sample.at / end) * width).toFixed(1)},${(height - (sample[what] / top) * height).toFixed(1)}`
  const lives = [...Map.groupBy(samples, ({ life }) => life).values()]
  return [
    `<text x="${left}" y="-8">${titles[what]}</text>`,
    `<path d="M${left} 0V${height}H${left + width}" fill="none" stroke="gray"/>`,
    `<text x="${left - 8}" y="10" text-anchor="end">${top.toFixed(0)}</text>`,
    `<text x="${left - 8}" y="${height}" text-anchor="end">0</text>`,
    `<text x="${left + width}" y="${height + 14}" text-anchor="end">${(end / 60).toFixed(1)} min</text>`,
    ...lives.map(
      (life) =>
        `<polyline points="${life.map(place).join(' ')}" fill="none" stroke="steelblue" stroke-width="1.5"/>`
    )
  ].join('')
}
