import { expect, test } from 'vitest';
import { RequestStates } from './request-states.ts';
import { SharedBytes } from './shared-bytes.ts';

const reply = new Uint8Array(10);
/** With what a reply takes beside its bytes. */
const KEPT = 10 + 256;

/** Requests 1 to 5 have come; 1 and 2 are under way, the others answered. */
function states(): RequestStates {
  const tested = new RequestStates(new SharedBytes(1000).part());
  for (let seq = 1; seq <= 5; seq++) {
    tested.see(seq);
    tested.begin(seq, 100);
  }
  for (let seq = 3; seq <= 5; seq++) {
    expect(tested.end(seq)).toBe(100);
    tested.keep(seq, reply);
  }
  return tested;
}

test('replies are kept until they are acknowledged, but not behind one that is under way', () => {
  const tested = states();
  expect(tested.keptBytes).toBe(3 * KEPT);
  expect(() => tested.acked(6)).toThrow('not given yet');
  expect(tested.end(1)).toBe(100);
  expect(tested.end(1)).toBeUndefined();
  tested.keep(1, reply);
  tested.acked(2);
  expect([tested.keptBytes, tested.below, tested.mayCome(1, 100), tested.get(2)]).toEqual([3 * KEPT, 2, false, 100]);
});

test('what is put aside holds nothing up, and keeps its reply until it is aside no more', () => {
  const tested = states();
  tested.setAside([1, 2]);
  tested.acked(6);
  expect([tested.keptBytes, tested.below]).toEqual([0, 6]);
  expect([tested.mayCome(1, 10), tested.mayCome(3, 10), tested.mayCome(16, 10)]).toEqual([true, false, false]);
  expect([tested.get(1), tested.end(1)]).toEqual([100, 100]);
  tested.keep(1, reply);
  tested.setAside([2, 1]);
  expect([tested.get(1), tested.keptBytes]).toEqual([reply, KEPT]);
  tested.setAside([2]);
  expect([tested.mayCome(1, 10), tested.mayCome(2, 10), tested.keptBytes]).toEqual([false, true, 0]);
});

test('a client that lies loses nothing that is under way', () => {
  const tested = states();
  tested.setAside([1]);
  for (const seqs of [[], [2], [1, 7], [1, 0]])
    expect(() => tested.setAside(seqs)).toThrow(/not given yet|none that waits/);
  expect(() => tested.acked(7)).toThrow('never asked for');
  expect(() => tested.acked(3)).toThrow('not given yet');
  tested.setAside([1, 1, 2]);
  expect([tested.end(1), tested.end(2)]).toEqual([100, 100]);
});
