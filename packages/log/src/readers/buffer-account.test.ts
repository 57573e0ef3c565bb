import { expect, test } from 'vitest';
import { BufferAccount, BUFFERS_MEMORY_PERCENT } from './buffer-account.ts';
import { Delivery } from './change.ts';
import { DeliveryQueue } from './delivery-queue.ts';

const LIMIT = 1_000_000;
const BOUND = (LIMIT * BUFFERS_MEMORY_PERCENT) / 100;

function account() {
  const memory = { limitBytes: LIMIT, outside: 0, addOutside: (bytes: number) => void (memory.outside += bytes) };
  return { memory, tested: new BufferAccount(memory) };
}

function delivery(bytes: number): Delivery {
  return new Delivery({ type: 'insert' }, { partition: 0, lsn: 1 }, bytes);
}

test('an event that many wait for counts once, until the last of them has taken it or is gone', () => {
  const { memory, tested } = account();
  const queues = [new DeliveryQueue(tested), new DeliveryQueue(tested), new DeliveryQueue(tested)];
  const event = delivery(1000);
  for (const queue of queues) queue.push(event);
  const held = tested.bytes;
  expect(held).toBeGreaterThan(1000);
  expect(memory.outside).toBe(held);
  queues[0]!.shift();
  queues[1]!.keep(() => false);
  expect(memory.outside).toBe(held);
  queues[2]!.clear();
  expect([tested.bytes, memory.outside]).toEqual([0, 0]);
});

test('past the bound of all buffers those are full that hold more than their share, and there is one', () => {
  const { tested } = account();
  const [large, small] = [new DeliveryQueue(tested), new DeliveryQueue(tested)];
  for (let i = 0; i < 80; i++) large.push(delivery(1000));
  small.push(delivery(1000));
  const isFull = ({ length, bytes }: DeliveryQueue): boolean => tested.isPastShare(length, bytes, 2);
  expect(tested.bytes).toBeGreaterThan(BOUND);
  expect([isFull(large), isFull(small)]).toEqual([true, false]);
  while (isFull(large)) large.shift();
  expect(large.length).toBeGreaterThan(30);
  expect(tested.bytes).toBeLessThan(BOUND);
});

test('a closed grid has nothing more to count', () => {
  const { memory, tested } = account();
  const queue = new DeliveryQueue(tested);
  queue.push(delivery(10));
  tested.close();
  queue.clear();
  expect(memory.outside).toBe(0);
});
