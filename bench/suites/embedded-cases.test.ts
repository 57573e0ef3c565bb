import { expect, test } from 'vitest';
import type { Rates } from '../harness/point-run.ts';
import { embeddedCases, type StoreNames } from './embedded-cases.ts';

const NAMES: StoreNames = {
  weft: 'weft',
  duckdb: 'duckdb',
  pglite: 'pglite',
  map: 'map',
  clonedMap: 'clone',
  indexedMap: 'indexed',
};

test('the awaited cases carry the musts of the issue and the synchronous ones none', () => {
  const musts = embeddedCases(evenRates(), NAMES, 100_000)
    .filter(({ must }) => must > 0)
    .map(({ name, peerName, must }) => `${name}: ${must} × ${peerName}`);
  expect(musts).toEqual([
    'get awaited, 100 k rows: 300 × duckdb',
    'get awaited, 100 k rows: 40 × pglite',
    'put awaited, 100 k rows: 300 × duckdb',
    'put awaited, 100 k rows: 15 × pglite',
    'update awaited, 100 k rows: 300 × duckdb',
    'update awaited, 100 k rows: 15 × pglite',
  ]);
});

test('the aim against a plain Map is for the small table only', () => {
  const aims = (rows: number) =>
    embeddedCases(evenRates(), NAMES, rows).filter(({ peerName, aim }) => peerName === 'map' && aim !== undefined);
  expect(aims(100_000)).toHaveLength(1);
  expect(aims(1_000_000)).toHaveLength(0);
});

test('a run without the rates of a compared store has no answer', () => {
  const rates = evenRates();
  rates.get('put awaited')!.delete('pglite');
  expect(() => embeddedCases(rates, NAMES, 100_000)).toThrow('no rates of put awaited for pglite');
});

function evenRates(): Rates {
  const byStore = () => new Map(Object.values(NAMES).map((name) => [name, [1]]));
  const keys = ['get', 'put', 'update'].flatMap((operation) => [`${operation} awaited`, `${operation} sync`]);
  return new Map(keys.map((key) => [key, byStore()]));
}
