import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { liveFigures } from './figures.fixture.ts';
import { jsonOutput, plainOutput, ScreenOutput } from './output.ts';
import type { DemoSummary } from './summary.ts';

const ESC = '\u001b[';
const summary: DemoSummary = {
  reason: 'SIGINT',
  elapsedMs: 20_000,
  firstFiguresMs: 700,
  rows: 10,
  rowsWritten: 12,
  historyRows: 8,
  historyRowsPerSecond: 5,
  events: 4,
  reads: { reads: 7, p50Us: 1, p99Us: 2, missed: 0 },
  alerts: 1,
  bytesPerRow: 80,
  turnMaxMs: 1.5,
};

test('the screen is entered once, painted in place, and left with the cursor back', () => {
  const stdout = terminal();
  const output = new ScreenOutput(stdout, false);
  output.show(liveFigures);
  output.show(liveFigures);
  output.close(summary);
  const text = stdout.text();
  expect(text.split(`${ESC}?1049h${ESC}?25l`)).toHaveLength(2);
  expect(text.split(`${ESC}H`)).toHaveLength(3);
  expect(text.indexOf(`${ESC}?25h${ESC}?1049l`)).toBeLessThan(text.indexOf('Kept: nothing.'));
});

test('another size of the terminal paints anew, but not after the end', () => {
  const stdout = terminal();
  const output = new ScreenOutput(stdout, false);
  output.show(liveFigures);
  stdout.columns = 40;
  stdout.emit('resize');
  const lines = stdout.text().split(`${ESC}H`).at(-1)?.split('\r\n') ?? [];
  for (const line of lines) expect(line.replace(`${ESC}K`, '').replace(`${ESC}J`, '').length).toBeLessThanOrEqual(40);
  output.restore();
  const before = stdout.text();
  stdout.emit('resize');
  output.restore();
  expect(stdout.text()).toBe(before);
});

test('a screen that never showed anything has nothing to restore', () => {
  const stdout = terminal();
  new ScreenOutput(stdout, true).restore();
  expect(stdout.text()).toBe('');
});

test('JSON keeps standard output for data and says the rest on standard error', () => {
  const [stdout, stderr] = [terminal(), terminal()];
  const output = jsonOutput(stdout, stderr);
  output.show(liveFigures);
  output.close(summary);
  const types = stdout
    .text()
    .trimEnd()
    .split('\n')
    .map((line) => (JSON.parse(line) as { type: string }).type);
  expect(types).toEqual(['figures', 'summary']);
  expect(stderr.text()).toMatch(/^Stopped after 20\.0 s: 12 flights written .*\nKept: nothing\..*\nNext: .*\n$/);
});

test('plain lines end with the same words', () => {
  const stdout = terminal();
  const output = plainOutput(stdout);
  output.show(liveFigures);
  output.close(summary);
  expect(stdout.text().split('\n')).toHaveLength(5);
});

interface FakeTerminal extends PassThrough {
  columns: number;
  rows: number;
  text(): string;
}

function terminal(): FakeTerminal {
  const chunks: string[] = [];
  const stream = new PassThrough();
  stream.setEncoding('utf8').on('data', (chunk: string) => chunks.push(chunk));
  return Object.assign(stream, {
    columns: 80,
    rows: 24,
    text: () => {
      const rest: unknown = stream.read();
      if (typeof rest === 'string') chunks.push(rest);
      return chunks.join('');
    },
  });
}
