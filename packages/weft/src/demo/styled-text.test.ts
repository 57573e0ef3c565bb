import { expect, test } from 'vitest';
import { beside, renderLine, type Line } from './styled-text.ts';

const line: Line = [{ text: 'reads ', style: 'faint' }, { text: 'fast', style: 'good' }, { text: '   ' }];

test('a line is cut to the width before it is coloured, and ends without blanks', () => {
  expect(renderLine(line, 80, false)).toBe('reads fast');
  expect(renderLine(line, 8, false)).toBe('reads fa');
  expect(renderLine(line, 8, true)).toBe('\u001b[2mreads \u001b[0m\u001b[32mfa\u001b[0m');
  expect(renderLine(line, 6, true)).toBe('\u001b[2mreads \u001b[0m');
});

test('two blocks stand side by side, whichever is longer', () => {
  const rows = beside([[{ text: 'a' }], [{ text: 'b' }]], [[{ text: 'x' }]], 4).map((row) =>
    renderLine(row, 80, false),
  );
  expect(rows).toEqual(['a   x', 'b']);
  expect(beside([], [[{ text: 'x' }]], 2).map((row) => renderLine(row, 80, false))).toEqual(['  x']);
});
