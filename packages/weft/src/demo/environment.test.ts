import { expect, test } from 'vitest';
import { environmentProblem, memoryNeeded } from './environment.ts';

const roomy = { availableBytes: 8e9, addressBytesMax: undefined };

test('a usual machine has no problem', () => {
  expect(environmentProblem(roomy, 3_000_000)).toBeUndefined();
});

test('too little memory for all flights names the smaller option', () => {
  const problem = environmentProblem({ ...roomy, availableBytes: memoryNeeded(500_000) + 1 }, 3_000_000);
  expect(problem?.message).toMatch(/^3,000,000 flights need about \d+ MB of memory but only \d+ MB is available$/);
  expect(problem?.fix).toContain('--rows 500000');
});

test('too little memory even for the small option does not recommend it', () => {
  expect(environmentProblem({ ...roomy, availableBytes: 100e6 }, 3_000_000)?.fix).not.toContain('--rows');
});

test('a small ulimit -v is named with its remedy', () => {
  const problem = environmentProblem({ ...roomy, addressBytesMax: 4_096_000_000 }, 3_000_000);
  expect(problem?.message).toContain('4.1 GB of addresses (ulimit -v)');
  expect(problem?.fix).toContain('ulimit -v unlimited');
});
