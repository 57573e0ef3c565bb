import { ASIDE_MAX } from '@weft/protocol';
import { expect, test } from 'vitest';
import { CallWindow } from './call-window.ts';
import { DeleteCall } from './point-calls.ts';
import type { AnyCall } from './remote-call.ts';

function call(): AnyCall {
  return new DeleteCall('Order.delete', undefined as never, 'a');
}

function windowOf(size: number): CallWindow {
  const window = new CallWindow();
  expect(window.open(size)).toEqual([]);
  return window;
}

test('calls have numbers from 1, and wait where the window is full', () => {
  const window = windowOf(2);
  const calls = [call(), call(), call()];
  expect(calls.map((each) => window.add(each))).toEqual([true, true, false]);
  expect(calls.map(({ seq }) => seq)).toEqual([1, 2, 0]);
  expect(window.of(2)).toBe(calls[1]);
  expect(window.of(3)).toBeUndefined();
});

test('a call has room only once the host was told of replies, since from there it counts', () => {
  const window = windowOf(4);
  const calls = [call(), call(), call(), call(), call()];
  for (const each of calls) window.add(each);
  window.done(2);
  expect([window.isAckDue, window.nextWaiting()]).toEqual([false, undefined]);
  window.done(1);
  expect([window.isAckDue, window.nextWaiting()]).toEqual([true, undefined]);
  expect(window.ack()).toBe(3);
  expect(window.nextWaiting()).toBe(calls[4]);
  expect(window.nextWaiting()).toBeUndefined();
});

test('ten thousand calls find their answers in any order, through a window that grows', () => {
  const window = windowOf(16_384);
  const calls = Array.from({ length: 10_000 }, call);
  for (const each of calls) expect(window.add(each)).toBe(true);
  for (let i = calls.length - 1; i >= 0; i--) {
    expect(window.of(calls[i]!.seq)).toBe(calls[i]);
    window.done(calls[i]!.seq);
  }
  expect([window.isBusy, window.ack()]).toEqual([false, 10_001]);
});

test('calls that wait and are not wanted any more go in any number, and leave the others their order', () => {
  const window = windowOf(1);
  const calls = Array.from({ length: 200_000 }, call);
  for (const each of calls) window.add(each);
  for (const [at, each] of calls.entries()) if (at % 3 !== 0) window.drop(each);
  expect(window.waiting).toBe(66_666);
  window.done(1);
  window.ack();
  expect(window.nextWaiting()).toBe(calls[3]);
  expect(window.drop(calls[3]!)).toBe(false);
  for (const each of calls) each.deadlineMs = 10;
  expect(window.overdue(10, 0)).toHaveLength(66_666);
  expect(window.waiting).toBe(0);
});

test('what waits until its time is over is not sent', () => {
  const window = windowOf(1);
  const calls = [call(), call(), call()];
  for (const each of calls) window.add(each);
  calls[1]!.deadlineMs = 10;
  window.done(1);
  window.ack();
  const late: AnyCall[] = [];
  expect(window.nextWaiting(10, late)).toBe(calls[2]);
  expect(late).toEqual([calls[1]]);
});

test('calls that take long go aside, so that thousands behind them have room; they find their answers still', () => {
  const window = windowOf(64);
  const slow = [call(), call()];
  for (const each of slow) {
    window.add(each);
    each.isSent = true;
  }
  for (let i = 0; i < 5000; i++) {
    const quick = call();
    expect(window.add(quick)).toBe(true);
    window.done(quick.seq);
    if (window.isAckDue) window.ack();
  }
  expect([window.isAsideDue, window.aside(), window.isAsideDue]).toEqual([true, [1, 2], false]);
  expect([window.isBusy, window.isAwaiting]).toEqual([true, true]);
  expect(window.open(64)).toEqual(slow);
  expect(window.of(1)).toBe(slow[0]);
  window.done(1);
  expect([window.of(1), window.isAsideDue, window.aside()]).toEqual([undefined, true, [2]]);
  expect(window.takeAll()).toEqual([slow[1]]);
  expect(window.isBusy).toBe(false);
});

test('what is aside has its deadline, and ASIDE_MAX calls are aside at most', () => {
  const window = windowOf(4 * 1024);
  for (let i = 0; i < 40; i++) {
    const calls = Array.from({ length: 64 }, () => call());
    calls[0]!.deadlineMs = 10;
    for (const each of calls) window.add(each);
    for (const { seq } of calls.slice(1)) window.done(seq);
    window.ack();
  }
  expect(window.aside().length).toBeGreaterThan(10);
  expect(window.overdue(10, 0).length).toBe(40);
  for (let i = 0; i < 6000; i++) {
    const [stays, goes] = [call(), call()];
    if (!window.add(stays) || !window.add(goes)) break;
    window.done(goes.seq);
    window.ack();
  }
  expect(window.aside().length).toBe(ASIDE_MAX);
  expect(window.add(call())).toBe(false);
});

test('a new connection sends what has no answer, in its order, and what waited as far as there is room', () => {
  const window = windowOf(3);
  const calls = [call(), call(), call(), call()];
  for (const each of calls) window.add(each);
  window.done(2);
  expect(window.open(4)).toEqual([calls[0], calls[2], calls[3]]);
});

test('what waits too long is forgotten, what was sent keeps its number', () => {
  const window = windowOf(1);
  const [sent, waiting] = [call(), call()];
  for (const each of [sent!, waiting!]) {
    each.deadlineMs = 10;
    window.add(each);
  }
  sent!.isSent = true;
  expect(window.overdue(10, 5)).toEqual([waiting]);
  expect(window.overdue(15, 5)).toEqual([sent]);
  expect(window.drop(waiting!)).toBe(false);
  window.done(1);
  expect(window.isBusy).toBe(false);
});

test('thousands that wait leave in their order', () => {
  const window = windowOf(1);
  const calls = Array.from({ length: 3000 }, call);
  for (const each of calls) window.add(each);
  expect(window.drop(calls[2999]!)).toBe(true);
  for (let i = 1; i < 2999; i++) {
    window.done(i);
    window.ack();
    expect(window.nextWaiting()).toBe(calls[i]);
  }
  expect(window.nextWaiting()).toBeUndefined();
});

test('a host that has forgotten all gets numbers from 1 again', () => {
  const window = windowOf(2);
  const calls = [call(), call(), call()];
  for (const each of calls) window.add(each);
  expect(window.takeAll()).toEqual(calls);
  window.restart();
  expect(window.add(calls[2]!)).toBe(true);
  expect(calls[2]!.seq).toBe(1);
});
