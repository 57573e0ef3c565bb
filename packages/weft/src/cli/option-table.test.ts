import { expect, test } from 'vitest';
import { parseOptions, type OptionSpec } from './option-table.ts';
import { UsageError } from './usage-error.ts';

const specs: readonly OptionSpec[] = [
  { name: 'rate', value: 'EVENTS', summary: 'Events per second.' },
  { name: 'exit-after', value: 'DURATION', summary: 'Stop by itself.' },
  { name: 'json', short: 'j', summary: 'JSON lines.' },
];

test('values come after a space or an equals sign, switches stand alone', () => {
  const options = parseOptions('demo', specs, ['--rate', '100', '--exit-after=20s', '-j']);
  expect(options.text('rate')).toBe('100');
  expect(options.text('exit-after')).toBe('20s');
  expect(options.is('json')).toBe(true);
  expect(parseOptions('demo', specs, []).is('json')).toBe(false);
});

test('an unknown option is refused with the names there are', () => {
  const error = failure(() => parseOptions('demo', specs, ['--exitafter', '3s']));
  expect(error.message).toBe('unknown option --exitafter');
  expect(error.fix).toBe('see weft help demo');
  expect(error.mistyped).toEqual({ word: '--exitafter', names: ['--rate', '--exit-after', '--json'] });
});

test('an option that is given twice is refused: one of the two would be passed over', () => {
  expect(failure(() => parseOptions('demo', specs, ['--rate', '1', '--rate=2'])).message).toBe('--rate is given twice');
  expect(failure(() => parseOptions('demo', specs, ['--json', '-j'])).message).toBe('--json is given twice');
});

test('missing values, superfluous values and stray words are refused', () => {
  expect(failure(() => parseOptions('demo', specs, ['--rate'])).message).toBe('--rate needs a value');
  expect(failure(() => parseOptions('demo', specs, ['--rate', ''])).message).toBe('--rate needs a value');
  expect(failure(() => parseOptions('demo', specs, ['--rate', '--json'])).message).toBe('--rate needs a value');
  expect(failure(() => parseOptions('demo', specs, ['--json=yes'])).message).toBe('--json takes no value');
  expect(failure(() => parseOptions('demo', specs, ['fast'])).message).toBe('it takes no word "fast"');
  expect(failure(() => parseOptions('verify', [], ['a', 'b'], 1)).message).toBe('"b" is a word too many');
  expect(failure(() => parseOptions('verify', [], [''], 1)).message).toBe('one of its words is empty');
});

function failure(run: () => unknown): UsageError {
  try {
    run();
  } catch (error) {
    if (error instanceof UsageError) return error;
    throw error;
  }
  throw new Error('expected a usage error');
}
