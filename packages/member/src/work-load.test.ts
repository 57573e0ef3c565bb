import { expect, test } from 'vitest';
import { FalseTime } from './false-time.fixture.ts';
import { QUESTIONS_CROWD, WorkLoad } from './work-load.ts';

/** So many questions, of which `each` milliseconds one is answered. */
function loaded(questions: number, eachMs: number): { readonly time: FalseTime; readonly load: WorkLoad } {
  const time = new FalseTime();
  const load = new WorkLoad(time);
  for (let i = 0; i < questions; i++) load.begin();
  for (let passedMs = 0; passedMs < 2000; passedMs += eachMs) {
    time.pass(eachMs);
    load.end(true);
    load.begin();
    load.tooLongMs(1000);
  }
  return { time, load };
}

test('a question is refused that would take too long for its time, behind those that take turns with it', () => {
  const { load } = loaded(200, 2);
  expect(load.tooLongMs(1200)).toBeGreaterThan(350);
  expect(load.tooLongMs(10_000)).toBeUndefined();
  expect(load.tooLongMs(undefined)).toBeUndefined();
});

test('few questions are never too many, however long they take', () => {
  const { load } = loaded(QUESTIONS_CROWD - 1, 500);
  expect(load.tooLongMs(1)).toBeUndefined();
});

test('what ends without an answer is no progress, and once it is gone others are taken again', () => {
  const { time, load } = loaded(100, 1);
  expect(load.tooLongMs(1000)).toBeUndefined();
  for (let i = 0; i < 20; i++) {
    time.pass(100);
    load.end(false);
    load.begin();
    load.tooLongMs(1000);
  }
  expect(load.tooLongMs(1000)).toBeGreaterThan(1000);
  for (let i = 0; i < 60; i++) load.end(false);
  expect(load.tooLongMs(1000)).toBeUndefined();
});
