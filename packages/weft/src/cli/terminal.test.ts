import { expect, test } from 'vitest';
import { terminalOf } from './terminal.ts';

test('a terminal gets colour and a moving cursor, a pipe gets neither', () => {
  expect(terminalOf(true, { TERM: 'xterm-256color' }, 'auto')).toEqual({ interactive: true, color: true });
  expect(terminalOf(false, { TERM: 'xterm-256color' }, 'auto')).toEqual({ interactive: false, color: false });
});

test('a dumb terminal gets plain lines', () => {
  expect(terminalOf(true, { TERM: 'dumb' }, 'auto')).toEqual({ interactive: false, color: false });
});

test('NO_COLOR takes the colour, unless it is empty', () => {
  expect(terminalOf(true, { NO_COLOR: '1' }, 'auto').color).toBe(false);
  expect(terminalOf(true, { NO_COLOR: '' }, 'auto').color).toBe(true);
  expect(terminalOf(true, { NO_COLOR: '1', FORCE_COLOR: '1' }, 'auto').color).toBe(false);
});

test('FORCE_COLOR colours a pipe, and 0 forbids it', () => {
  expect(terminalOf(false, { FORCE_COLOR: '1' }, 'auto').color).toBe(true);
  expect(terminalOf(true, { FORCE_COLOR: '0' }, 'auto').color).toBe(false);
});

test('--color wins over the environment', () => {
  expect(terminalOf(true, { NO_COLOR: '1' }, 'always').color).toBe(true);
  expect(terminalOf(true, { FORCE_COLOR: '1' }, 'never').color).toBe(false);
});
