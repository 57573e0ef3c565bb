import type { JudgedCase } from './case.ts';

const HEADINGS = ['case', 'weft', 'peer', 'ratio', 'spread', 'must', 'aim', '', 'against'];
/** Columns of figures, which stand to the right. */
const FIGURES = new Set([1, 2, 3, 4, 5, 6]);

/** The cases as lines of aligned columns. */
export function formatTable(cases: readonly JudgedCase[]): string[] {
  const cells = [HEADINGS, ...cases.map(rowOf)];
  const widths = HEADINGS.map((_, column) => Math.max(...cells.map((row) => row[column]!.length)));
  const lines = cells.map((row) =>
    row
      .map((cell, column) => (FIGURES.has(column) ? cell.padStart(widths[column]!) : cell.padEnd(widths[column]!)))
      .join('  ')
      .trimEnd(),
  );
  const rule = widths.map((width) => '─'.repeat(width)).join('  ');
  return [lines[0]!, rule, ...lines.slice(1)];
}

function formatAmount(amount: number, unit: string | undefined): string {
  return unit === undefined ? formatRate(amount) : `${formatFigure(amount)} ${unit}`;
}

/** `1.23 M/s`, `14.9 k/s`, `519 /s`. */
export function formatRate(rate: number): string {
  if (rate >= 1e6) return `${formatFigure(rate / 1e6)} M/s`;
  if (rate >= 1e4) return `${formatFigure(rate / 1e3)} k/s`;
  return `${formatFigure(rate)} /s`;
}

/** Three significant digits, without an exponent. */
function formatFigure(value: number): string {
  if (value >= 100) return Math.round(value).toLocaleString('en-US');
  return value.toPrecision(3);
}

/** `100 k`, `1.3 M`. */
export function rowsLabel(rows: number): string {
  if (rows >= 1_000_000 && rows % 100_000 === 0) return `${rows / 1_000_000} M`;
  return rows % 1_000 === 0 ? `${rows / 1_000} k` : String(rows);
}

function rowOf({ name, weft, peer, peerName, ratio, spread, must, aim, met, unit }: JudgedCase): string[] {
  return [
    name,
    formatAmount(weft, unit),
    formatAmount(peer, unit),
    `${formatFigure(ratio)}×`,
    `${formatFigure(spread[0])}–${formatFigure(spread[1])}×`,
    must === 0 ? '' : `${must}×`,
    aim === undefined ? '' : `${aim}×`,
    verdict({ ratio, must, met, ...(aim === undefined ? {} : { aim }) }),
    peerName,
  ];
}

function verdict({ ratio, must, aim, met }: Pick<JudgedCase, 'ratio' | 'must' | 'aim' | 'met'>): string {
  if (!met) return 'MISSED';
  if (aim !== undefined) return ratio >= aim ? 'aim met' : must === 0 ? 'below aim' : 'met, below aim';
  return must === 0 ? '' : 'met';
}
