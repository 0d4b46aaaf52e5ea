import type { Figure } from './figures.ts'

const WIDTHS = [11, 46, 20, 46, 7] as const

export function heading(): string {
  return [row(['section', 'measured', '', 'beside', 'ratio']), '-'.repeat(WIDTHS.reduce((sum, width) => sum + width + 2, -2))].join('\n')
}

export function line({ section, name, value, unit, beside, ratio }: Figure): string {
  return row([
    section, name, value === null ? 'n/a' : `${short(value)} ${unit}`,
    beside === undefined ? '' : `${beside.name}: ${short(beside.value)}`,
    ratio === undefined ? '' : ratio.toFixed(ratio < 0.1 ? 3 : 2),
  ])
}

const row = (cells: string[]) => cells.map((cell, column) => cell.padEnd(WIDTHS[column]!)).join('  ').trimEnd()

/** Three digits that mean something; whole numbers from a hundred on. */
function short(value: number): string {
  return Math.abs(value) >= 100 ? Math.round(value).toLocaleString('en-US') : String(Number(value.toPrecision(3)))
}
