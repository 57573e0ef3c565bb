import { stripVTControlCharacters } from 'node:util';
import { expect, test } from 'vitest';
import { historyFigures, liveFigures } from './figures.fixture.ts';
import { renderScreen } from './screen.ts';

test('the dashboard reads like the kept transcript, at several sizes', async () => {
  const transcript = [
    picture('live, 100 columns', liveFigures, 100, 30),
    picture('history, 80 columns', historyFigures, 80, 24),
    picture('live, 50 columns', liveFigures, 50, 24),
    picture('history, 30 columns and 10 rows', historyFigures, 30, 10),
    picture(
      'before the first flight',
      {
        ...historyFigures,
        rows: 0,
        simulated: undefined,
        lastHour: { flights: 0, worstAirports: [], worstRoutes: [] },
      },
      80,
      24,
    ),
  ].join('\n');
  await expect(transcript).toMatchFileSnapshot('./screen.transcript.txt');
});

test('no line is wider and no screen is higher than the terminal', () => {
  for (const figures of [liveFigures, historyFigures])
    for (let columns = 1; columns < 120; columns += 7)
      for (let rows = 1; rows < 30; rows += 3) {
        const lines = renderScreen(figures, { columns, rows, color: false });
        expect(lines.length).toBeLessThanOrEqual(rows);
        expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(columns);
      }
});

test('without colour there is no escape sequence, with colour the text is the same', () => {
  const size = { columns: 100, rows: 30 };
  const plain = renderScreen(liveFigures, { ...size, color: false }).join('\n');
  const colored = renderScreen(liveFigures, { ...size, color: true }).join('\n');
  expect(plain).not.toContain('\u001b');
  expect(colored).toContain('\u001b[31m  +128 min\u001b[0m');
  expect(stripVTControlCharacters(colored)).toBe(plain);
});

test('reads that find nothing are shown', () => {
  const figures = { ...liveFigures, reads: { ...liveFigures.reads, missed: 3 } };
  expect(renderScreen(figures, { columns: 120, rows: 30, color: false }).join('\n')).toContain('3 not found');
});

function picture(title: string, figures: typeof liveFigures, columns: number, rows: number): string {
  const lines = renderScreen(figures, { columns, rows, color: false });
  return [`# ${title}`, ...lines.map((line) => `|${line}`), ''].join('\n');
}
