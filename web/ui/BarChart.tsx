import { useId } from 'react'
import { Bar, BarChart as Recharts, CartesianGrid, ResponsiveContainer, Tooltip, XAxis, YAxis } from 'recharts'
import type { ChartRow, ChartSeries } from './Chart.tsx'

const colors = { success: 'var(--success-bar)', danger: 'var(--danger-bar)', accent: 'var(--primary)' }

type BarChartProps = { title: string; series: readonly ChartSeries[]; rows: readonly ChartRow[]; onSelect?: (row: ChartRow, index: number) => void }

/** Loaded on demand by `Chart`. Failures carry a pattern besides their color. */
export default function BarChart({ title, series, rows, onSelect }: BarChartProps) {
  const pattern = useId()
  const data = rows.map(({ label, values }) => ({ label, ...values }))
  return (
    <ResponsiveContainer width="100%" height="100%">
      <Recharts
        data={data}
        margin={{ top: 4, right: 4, bottom: 0, left: -12 }}
        accessibilityLayer
        aria-label={title}
        {...(onSelect ? { onClick: ({ activeTooltipIndex }) => { const index = Number(activeTooltipIndex); const row = rows[index]; if (row) onSelect(row, index) } } : {})}
      >
        <defs>
          <pattern id={pattern} width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
            <rect width="6" height="6" fill="var(--danger-bar)" />
            <rect width="2" height="6" fill="var(--danger-soft)" />
          </pattern>
        </defs>
        <CartesianGrid vertical={false} stroke="var(--border)" />
        <XAxis dataKey="label" tickLine={false} axisLine={false} minTickGap={28} tick={{ fill: 'var(--muted-foreground)', fontSize: 12 }} />
        <YAxis allowDecimals={false} tickLine={false} axisLine={false} width={48} tick={{ fill: 'var(--muted-foreground)', fontSize: 12 }} />
        <Tooltip
          cursor={{ fill: 'var(--muted)' }}
          isAnimationActive={false}
          contentStyle={{ background: 'var(--card)', border: '1px solid var(--border)', borderRadius: 8, fontSize: 13, color: 'var(--foreground)' }}
          itemStyle={{ color: 'var(--foreground)' }}
        />
        {series.map(({ key, name, tone }) => (
          <Bar key={key} dataKey={key} name={name} stackId="all" maxBarSize={28} isAnimationActive={false} fill={tone === 'danger' ? `url(#${pattern})` : colors[tone]} />
        ))}
      </Recharts>
    </ResponsiveContainer>
  )
}
