type Bar = { succeeded: number; failed: number }

const WIDTH = 96, HEIGHT = 24, GAP = 1

/** Deliveries per hour as small stacked bars. `label` says the same in words. */
export function Sparkline({ bars, label }: { bars: readonly Bar[]; label: string }) {
  const most = Math.max(1, ...bars.map(({ succeeded, failed }) => succeeded + failed))
  const width = WIDTH / Math.max(1, bars.length)
  // A bar that is not empty is at least 2 px high, or one failure among thousands would not be seen.
  const scaled = (count: number) => (count === 0 ? 0 : Math.max(2, (count / most) * HEIGHT))
  return (
    <svg role="img" aria-label={label} width={WIDTH} height={HEIGHT} viewBox={`0 0 ${WIDTH} ${HEIGHT}`} className="bar shrink-0 overflow-visible">
      {bars.map(({ succeeded, failed }, index) => {
        const red = scaled(failed)
        const green = Math.min(scaled(succeeded), HEIGHT - red)
        const x = index * width
        return (
          <g key={index}>
            {red + green === 0 && <rect x={x} y={HEIGHT - 1} width={width - GAP} height={1} className="fill-border" />}
            {green > 0 && <rect x={x} y={HEIGHT - green} width={width - GAP} height={green} rx={0.75} className="fill-success-bar" />}
            {red > 0 && <rect x={x} y={HEIGHT - green - red} width={width - GAP} height={red} rx={0.75} className="fill-danger-bar" />}
          </g>
        )
      })}
    </svg>
  )
}
