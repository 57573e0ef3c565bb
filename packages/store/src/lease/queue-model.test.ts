import fc from 'fast-check';
import { test } from 'vitest';
import { CheckedQueue, LEASE_MS } from './queue-model.fixture.ts';

const RUNS = Math.min(Number(process.env['WEFT_RUNS'] ?? 300), 5000);

const id = fc.integer({ min: 1, max: 12 });
const account = fc.constantFrom('a', 'b', undefined);
const status = fc.constantFrom('new', 'old');
const which = fc.nat(7);

type Step = (queue: CheckedQueue) => void;
interface Named {
  readonly name: string;
  readonly run: Step;
  readonly passMs: number;
}

function step<T extends [] | readonly unknown[]>(
  name: string,
  args: fc.Arbitrary<T>,
  run: (queue: CheckedQueue, ...args: T) => void,
): fc.Arbitrary<Named> {
  return fc
    .record({ args, passMs: fc.constantFrom(0, 0, 0, 1, 10, LEASE_MS - 1, LEASE_MS) })
    .map(({ args: drawn, passMs }) => ({
      name,
      passMs,
      run: (queue: CheckedQueue) => run(queue, ...(drawn as T)),
      [fc.toStringMethod]: () => `${name}(${fc.stringify(drawn)}), ${passMs} ms`,
    }));
}

const worker = fc.record({
  kind: fc.constantFrom('lease' as const, 'lease' as const, 'lease' as const, 'take' as const, 'read' as const),
  status: fc.constantFrom(undefined, 'new'),
  isGrouped: fc.boolean(),
  credit: fc.nat(3),
});

const steps = fc.array(
  fc.oneof(
    { weight: 8, arbitrary: step('put', fc.tuple(id, account, status), (queue, ...row) => queue.put(...row)) },
    { weight: 2, arbitrary: step('drop', fc.tuple(id), (queue, dropped) => queue.drop(dropped)) },
    { weight: 4, arbitrary: step('join', fc.tuple(worker), (queue, options) => queue.join(options)) },
    { weight: 1, arbitrary: step('leave', fc.tuple(which), (queue, at) => queue.leave(at)) },
    { weight: 1, arbitrary: step('die', fc.tuple(which), (queue, at) => queue.die(at)) },
    { weight: 4, arbitrary: step('wantMore', fc.tuple(which), (queue, at) => queue.wantMore(at)) },
    { weight: 4, arbitrary: step('ack', fc.tuple(which), (queue, at) => queue.ack(at)) },
    {
      weight: 3,
      arbitrary: step('nack', fc.tuple(which, fc.constantFrom(0, 5, 3000)), (queue, at, ms) => queue.nack(at, ms)),
    },
    { weight: 1, arbitrary: step('renew', fc.tuple(which), (queue, at) => queue.renew(at)) },
    {
      weight: 2,
      arbitrary: step('take', fc.tuple(fc.constantFrom(undefined, 'new')), (queue, wanted) => queue.take(wanted)),
    },
    { weight: 1, arbitrary: step('revive', fc.tuple(id), (queue, revived) => queue.revive(revived)) },
    { weight: 1, arbitrary: step('clear', fc.tuple(), (queue) => queue.clear()) },
  ),
  { maxLength: 60 },
);

test('whatever happens, each row goes to one at a time, the oldest first, to who waits longest, and nobody waits for a row that is there', async () => {
  await fc.assert(
    fc.asyncProperty(steps, async (all) => {
      const queue = new CheckedQueue();
      for (const { run, passMs } of all) {
        run(queue);
        await queue.settle(passMs);
      }
      await queue.finish();
    }),
    { numRuns: RUNS },
  );
});

test('the same where many things happen in one turn, and work pauses at any time', async () => {
  await fc.assert(
    fc.asyncProperty(
      steps,
      fc.array(fc.boolean(), { minLength: 1, maxLength: 9 }),
      fc.integer({ min: 1, max: 5 }),
      async (all, pauses, together) => {
        let look = 0;
        const queue = new CheckedQueue(() => pauses[look++ % pauses.length]!);
        for (const [at, { run, passMs }] of all.entries()) {
          run(queue);
          if (at % together === 0) await queue.settle(passMs);
        }
        await queue.finish();
      },
    ),
    { numRuns: RUNS },
  );
});

test('a row that was left to who then could not have it goes to the next in line', async () => {
  const queue = new CheckedQueue();
  queue.put(1, 'b', 'old');
  queue.put(2, 'b', 'new');
  queue.join({ kind: 'lease', status: 'new', isGrouped: true, credit: 2 });
  queue.join({ kind: 'lease', status: undefined, isGrouped: true, credit: 2 });
  await queue.finish();
});
