import { expect, test } from 'vitest';
import { SeededRandom } from '../seeded-random.ts';
import { Scheduler } from './scheduler.ts';
import { SimProcess } from './sim-process.ts';

const limits = { untilMs: 10_000, eventsMax: 1000 };

test('events come in the order of their moments, and of two at one moment in that of their making', async () => {
  const scheduler = new Scheduler();
  const seen: string[] = [];
  for (const [name, atMs] of Object.entries({ d: 30, a: 10, b: 10, c: 20 }))
    scheduler.at(atMs, () => void seen.push(`${name} ${scheduler.nowMs}`));
  const off = scheduler.at(15, () => void seen.push('never'));
  off();
  expect(await scheduler.run(() => seen.length === 4, limits)).toBe('done');
  expect(seen).toEqual(['a 10', 'b 10', 'c 20', 'd 30']);
});

test('all promises go on before the next event', async () => {
  const scheduler = new Scheduler();
  const seen: string[] = [];
  scheduler.at(1, () => {
    void (async () => {
      for (let i = 0; i < 50; i++) await Promise.resolve();
      seen.push('promises');
    })();
  });
  scheduler.at(1, () => void seen.push('event'));
  await scheduler.run(() => seen.length === 2, limits);
  expect(seen).toEqual(['promises', 'event']);
});

test('a run says that it is late, or has done too much, and passes on what an event throws', async () => {
  const scheduler = new Scheduler();
  expect(await scheduler.run(() => false, { untilMs: 5, eventsMax: 10 })).toBe('late');
  expect(scheduler.nowMs).toBe(5);
  const again = (): void => void scheduler.after(0, again);
  again();
  expect(await scheduler.run(() => false, limits)).toBe('busy');
  scheduler.after(0, () => {
    throw new Error('mine');
  });
  await expect(scheduler.run(() => false, limits)).rejects.toThrow('mine');
});

test('what is due while a process stands still comes behind that, in its order', async () => {
  const scheduler = new Scheduler();
  const process = new SimProcess('a', scheduler, new SeededRandom(1, 'a'));
  const seen: string[] = [];
  for (const atMs of [30, 10, 20]) process.after(atMs, () => void seen.push(`${atMs} at ${scheduler.nowMs}`));
  const off = process.after(15, () => void seen.push('never'));
  scheduler.at(5, () => process.standStill(20));
  scheduler.at(18, off);
  scheduler.at(19, () => process.whenReady(() => void seen.push(`ready at ${scheduler.nowMs}`)));
  await scheduler.run(() => false, limits);
  expect(seen).toEqual(['10 at 25', 'ready at 25', '20 at 25', '30 at 30']);
});

test('a wall clock that is set jumps, and the monotonic one goes on', () => {
  const process = new SimProcess('a', new Scheduler(), new SeededRandom(1, 'a'));
  const { clock } = process;
  const [wallMs, monotonicMs] = [clock.wallMs(), clock.monotonicMs()];
  process.jump(-60_000);
  expect([clock.wallMs() - wallMs, clock.monotonicMs() - monotonicMs]).toEqual([-60_000, 0]);
});

test('nothing of a process that was killed is called', async () => {
  const scheduler = new Scheduler();
  const process = new SimProcess('a', scheduler, new SeededRandom(1, 'a'));
  let calls = 0;
  process.after(5, () => calls++);
  void process.turns.next().then(() => calls++);
  process.kill();
  process.after(1, () => calls++);
  await scheduler.run(() => false, { untilMs: 20, eventsMax: 100 });
  expect(calls).toBe(0);
});
