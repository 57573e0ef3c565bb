/** The checker against histories whose fault is known. Without these, "no anomaly was found" would mean nothing. */
import { expect, test } from 'vitest';
import type { History, Op, Transaction, Value } from './history.ts';
import { check, components } from './serializability.ts';

const read = (key: string, value: Value): Op => ({ op: 'read', key, value });
const write = (key: string, value: Value): Op => ({ op: 'write', key, value });
/** All rows whose value begins with this letter. */
const find = (letter: string, rows: Record<string, string>): Op => ({
  op: 'find',
  matches: (_, value) => value.startsWith(letter),
  rows: new Map(Object.entries(rows)),
});
const committed = (id: string, ...ops: Op[]): Transaction => ({ id, status: 'committed', ops });
const aborted = (id: string, ...ops: Op[]): Transaction => ({ id, status: 'aborted', ops });

/** `versions`: by key, value and writer in turn; what comes first was there before. */
function history(
  transactions: Transaction[],
  versions: Record<string, readonly (readonly [Value, string?])[]>,
): History {
  return {
    transactions,
    versions: new Map(
      Object.entries(versions).map(([key, list]) => [key, list.map(([value, by]) => ({ value, by }))] as const),
    ),
  };
}

const bad: Readonly<Record<string, readonly [string, History]>> = {
  'G0: two writers each overwrite the other': [
    'G0',
    history(
      [committed('t1', write('x', 'x1'), write('y', 'y1')), committed('t2', write('x', 'x2'), write('y', 'y2'))],
      { x: [['x0'], ['x1', 't1'], ['x2', 't2']], y: [['y0'], ['y2', 't2'], ['y1', 't1']] },
    ),
  ],
  'G1a: a write that was taken back is read': [
    'G1a',
    history([aborted('t1', write('x', 'x1')), committed('t2', read('x', 'x1'))], { x: [['x0']] }),
  ],
  'G1a: it is found by a condition': [
    'G1a',
    history([aborted('t1', write('x', 'x1')), committed('t2', find('x', { x: 'x1' }))], { x: [['x0']] }),
  ],
  'G1a: a value that nobody wrote': ['G1a', history([committed('t1', read('x', 'x9'))], { x: [['x0']] })],
  'G1b: a write that its writer wrote over is read': [
    'G1b',
    history([committed('t1', write('x', 'x1'), write('x', 'x2')), committed('t2', read('x', 'x1'))], {
      x: [['x0'], ['x2', 't1']],
    }),
  ],
  'G1c: two transactions each read what the other wrote': [
    'G1c',
    history([committed('t1', write('x', 'x1'), read('y', 'y1')), committed('t2', write('y', 'y1'), read('x', 'x1'))], {
      x: [['x0'], ['x1', 't1']],
      y: [['y0'], ['y1', 't2']],
    }),
  ],
  'G-single: half of another transaction is read': [
    'G-single',
    history([committed('t1', write('x', 'x1'), write('y', 'y1')), committed('t2', read('x', 'x0'), read('y', 'y1'))], {
      x: [['x0'], ['x1', 't1']],
      y: [['y0'], ['y1', 't1']],
    }),
  ],
  'G-single: an update is lost': [
    'G-single',
    history([committed('t1', read('x', 'x0'), write('x', 'x1')), committed('t2', read('x', 'x0'), write('x', 'x2'))], {
      x: [['x0'], ['x1', 't1'], ['x2', 't2']],
    }),
  ],
  'G-single: a phantom within one transaction': [
    'G-single',
    history([committed('t1', write('x', 'a1'), write('y', 'y1')), committed('t2', find('a', {}), read('y', 'y1'))], {
      x: [[null], ['a1', 't1']],
      y: [['y0'], ['y1', 't1']],
    }),
  ],
  'G-single: a row that was deleted is still found, beside what its deleter wrote': [
    'G-single',
    history(
      [committed('t1', write('x', null), write('y', 'y1')), committed('t2', read('y', 'y1'), find('a', { x: 'a0' }))],
      { x: [['a0'], [null, 't1']], y: [['y0'], ['y1', 't1']] },
    ),
  ],
  'G2: write skew': [
    'G2',
    history(
      [
        committed('t1', read('x', 'x0'), read('y', 'y0'), write('x', 'x1')),
        committed('t2', read('x', 'x0'), read('y', 'y0'), write('y', 'y1')),
      ],
      { x: [['x0'], ['x1', 't1']], y: [['y0'], ['y1', 't2']] },
    ),
  ],
  'G2: two transactions each add what the other has looked for (phantom)': [
    'G2',
    history([committed('t1', find('a', {}), write('x', 'a1')), committed('t2', find('a', {}), write('y', 'a2'))], {
      x: [[null], ['a1', 't1']],
      y: [[null], ['a2', 't2']],
    }),
  ],
  'G2: over three transactions': [
    'G2',
    history(
      [
        committed('t1', read('x', 'x0'), write('y', 'y1')),
        committed('t2', read('y', 'y0'), write('z', 'z1')),
        committed('t3', read('z', 'z0'), write('x', 'x1')),
      ],
      { x: [['x0'], ['x1', 't3']], y: [['y0'], ['y1', 't1']], z: [['z0'], ['z1', 't2']] },
    ),
  ],
  'a transaction that does not see its own write': [
    'own-writes',
    history([committed('t1', write('x', 'x1'), read('x', 'x0'))], { x: [['x0'], ['x1', 't1']] }),
  ],
  'a transaction that finds what it has deleted': [
    'own-writes',
    history([committed('t1', write('x', null), find('a', { x: 'a0' }))], { x: [['a0'], [null, 't1']] }),
  ],
  'a transaction that does not find what it has added': [
    'own-writes',
    history([committed('t1', write('x', 'a1'), find('a', {}))], { x: [[null], ['a1', 't1']] }),
  ],
};

test.each(Object.entries(bad))('%s', (_, [anomaly, of]) => {
  expect(check(of)?.anomaly).toBe(anomaly);
});

const good: Readonly<Record<string, History>> = {
  'one after the other': history(
    [committed('t1', read('x', 'x0'), write('x', 'x1')), committed('t2', read('x', 'x1'), write('x', 'x2'))],
    { x: [['x0'], ['x1', 't1'], ['x2', 't2']] },
  ),
  'a reader between two writers, and one that was taken back': history(
    [
      committed('t1', write('x', 'a1'), write('y', 'a2')),
      committed('t2', find('a', { x: 'a1', y: 'a2' })),
      committed('t3', write('x', null)),
      aborted('t4', read('x', 'x9'), write('x', 'a4')),
    ],
    { x: [[null], ['a1', 't1'], [null, 't3']], y: [[null], ['a2', 't1']] },
  ),
  'a row that is absent before it comes and after it went explains either': history(
    [
      committed('t1', write('x', 'a1')),
      committed('t2', write('x', null), write('y', 'y1')),
      committed('t3', find('a', {}), read('y', 'y1')),
      committed('t4', find('a', {}), read('y', 'y0')),
    ],
    { x: [[null], ['a1', 't1'], [null, 't2']], y: [['y0'], ['y1', 't2']] },
  ),
  'reads of own writes say nothing of others': history(
    [committed('t1', write('x', 'x1'), read('x', 'x1'), write('x', 'x2'), find('x', { x: 'x2' }))],
    { x: [['x0'], ['x2', 't1']] },
  ),
};

test.each(Object.entries(good))('serializable: %s', (_, of) => {
  expect(check(of)).toBeUndefined();
});

test('components of a graph are found whole, also where they hang together in one direction', () => {
  const edges = ['a b', 'b c', 'c a', 'c d', 'd e', 'e d', 'e f'].map((pair) => pair.split(' ') as [string, string]);
  const graph = new Map(['a', 'b', 'c', 'd', 'e', 'f'].map((id) => [id, new Map<string, Set<'ww'>>()]));
  for (const [from, to] of edges) graph.get(from)!.set(to, new Set(['ww']));
  expect(
    components(graph, ['ww'])
      .map((component) => component.toSorted((a, b) => (a < b ? -1 : 1)).join(''))
      .toSorted((a, b) => (a < b ? -1 : 1)),
  ).toEqual(['abc', 'de']);
  expect(components(graph, ['rw'])).toEqual([]);
});
