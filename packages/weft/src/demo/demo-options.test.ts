import { expect, test } from 'vitest';
import { parseOptions } from '../cli/option-table.ts';
import { UsageError } from '../cli/usage-error.ts';
import { demoOptions, demoOptionSpecs, type DemoOptions } from './demo-options.ts';

test('without options all flights are used, five sixths as history, 5,000 events a second, until Ctrl-C', () => {
  expect(options()).toEqual({
    rows: 3_000_000,
    historyRows: 2_500_000,
    keepRows: 3_000_000,
    dataDir: undefined,
    keepData: false,
    isRemote: false,
    pace: { rate: 5000 },
    alertMinutes: 180,
    exitAfterMs: undefined,
    form: 'auto',
    color: 'auto',
  });
});

test('every option arrives in its unit', () => {
  expect(
    options(
      '--rows',
      '600k',
      '--keep-rows',
      '550k',
      '--data-dir',
      '/data',
      '--remote',
      '--speed',
      '3600',
      '--alert',
      '60',
      '--exit-after',
      '20s',
      '--json',
      '--color',
      'never',
    ),
  ).toEqual({
    rows: 600_000,
    historyRows: 500_000,
    keepRows: 550_000,
    dataDir: '/data',
    keepData: false,
    isRemote: true,
    pace: { speed: 3600 },
    alertMinutes: 60,
    exitAfterMs: 20_000,
    form: 'json',
    color: 'never',
  });
});

test('contradictions are refused', () => {
  expect(() => options('--rate', '10', '--speed', '10')).toThrow('--rate and --speed exclude each other');
  expect(() => options('--json', '--plain')).toThrow(UsageError);
  expect(() => options('--rows', '600k', '--keep-rows', '400k')).toThrow('--keep-rows 400k is out of range');
  expect(() => options('--rows', '4m')).toThrow(UsageError);
  expect(options('--keep').keepData).toBe(true);
});

test('the defaults that help states are the defaults that hold', () => {
  const stated = new Map(demoOptionSpecs.map((spec) => [spec.name, spec.default]));
  expect(
    options(
      '--rate',
      stated.get('rate') ?? '',
      '--rows',
      stated.get('rows') ?? '',
      '--alert',
      stated.get('alert') ?? '',
    ),
  ).toEqual(options());
});

function options(...words: string[]): DemoOptions {
  return demoOptions(parseOptions('demo', demoOptionSpecs, words));
}
