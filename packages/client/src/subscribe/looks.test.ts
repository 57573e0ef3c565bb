import { expect, test } from 'vitest';
import { Looks } from './looks.ts';

test('those who wait are served in their order, each once', async () => {
  const looks = new Looks();
  const waiting = [1, 2, 3, 4].map(() => looks.add());
  expect(looks.length).toBe(4);
  looks.resolve({ done: false, value: 'first' });
  looks.reject(new Error('second'));
  looks.resolve({ done: false, value: 'third' });
  const late = looks.add();
  looks.resolve({ done: true, value: undefined });
  looks.resolve({ done: false, value: 'late' });
  expect(looks.length).toBe(0);
  const told = (await Promise.allSettled([...waiting, late])).map((step) =>
    step.status === 'rejected' ? step.reason.message : step.value.value,
  );
  expect(told).toEqual(['first', 'second', 'third', undefined, 'late']);
});
