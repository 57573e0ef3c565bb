/** Bounds that hold even on a slow and busy machine; the demo's own promises are tighter. */
const FIGURES_MIN = 5;
const FIRST_FIGURES_MS_MAX = 5_000;
const ROWS_MIN = 50_000;

interface Line {
  readonly type?: unknown;
  readonly [name: string]: unknown;
}

/** What is wrong with the lines that `npm run demo -- --exit-after 20s --json` printed; empty if nothing is. */
export function checkDemoOutput(output: string): string[] {
  const parsed = output
    .split('\n')
    .filter((text) => text.trim() !== '')
    .map(parse);
  const bad = parsed.findIndex((line) => line === undefined);
  if (bad !== -1) return [`line ${bad + 1} is not a JSON object`];
  const lines = parsed as Line[];
  const figures = lines.filter(({ type }) => type === 'figures');
  const summary = lines.at(-1);
  if (summary?.type !== 'summary') return ['the last line is not the summary'];
  return [...checkFigures(figures), ...checkSummary(summary)];
}

function checkFigures(figures: readonly Line[]): string[] {
  const rows = figures.map((line) => number(line, 'rows'));
  const airports = figures.some((line) => Array.isArray(line['worstAirports']) && line['worstAirports'].length > 0);
  return [
    ...problem(figures.length < FIGURES_MIN, `only ${figures.length} looks, at least ${FIGURES_MIN} expected`),
    ...problem(!rows.some((count, index) => index > 0 && count > rows[index - 1]!), 'the number of rows never grows'),
    ...problem(!airports, 'no look shows a worst airport'),
    ...problem(!figures.some((line) => number(line, 'readsPerSecond') > 0), 'no look shows point reads'),
  ];
}

function checkSummary(summary: Line): string[] {
  const first = number(summary, 'firstFiguresMs');
  const [p50, p99] = [number(summary, 'readP50Us'), number(summary, 'readP99Us')];
  return [
    ...problem(summary['reason'] !== 'exit-after', `ended by '${String(summary['reason'])}', not by --exit-after`),
    ...problem(
      !(first <= FIRST_FIGURES_MS_MAX),
      `first figures after ${first} ms, at most ${FIRST_FIGURES_MS_MAX} expected`,
    ),
    ...problem(
      !(number(summary, 'rows') >= ROWS_MIN),
      `only ${number(summary, 'rows')} rows, at least ${ROWS_MIN} expected`,
    ),
    ...problem(!(p50 > 0 && p50 <= p99), `p50 ${p50} µs and p99 ${p99} µs of point reads make no sense`),
    ...problem(number(summary, 'readsMissed') !== 0, `${number(summary, 'readsMissed')} point reads found no row`),
    ...problem(!(number(summary, 'bytesPerRow') > 0), 'no bytes per row'),
  ];
}

function parse(text: string): Line | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Line) : undefined;
  } catch {
    return undefined;
  }
}

function number(line: Line, name: string): number {
  const value = line[name];
  return typeof value === 'number' ? value : Number.NaN;
}

function problem(is: boolean, message: string): string[] {
  return is ? [message] : [];
}
