/** Test help: a process whose client leaves something open. Its one argument says what; it prints the codes of the warnings that it got, and what became of what was open. */
import { createGrid, defineType, t } from '../index.ts';
import { connect } from './connect.ts';
import { serve } from './serve.ts';

const Order = defineType('Order', { id: t.int32(), state: t.string() }, { key: 'id' });
const collect = (globalThis as { gc?: () => void }).gc!;

const warnings: string[] = [];
process.on('warning', (warning) => warnings.push((warning as { code?: string }).code ?? warning.name));

const served = await createGrid({ types: [Order] });
const host = await serve({ space: 'demo', grid: served, partitions: 1, port: 0, log: () => undefined });
const url = `weft://localhost:${host.port}/demo`;

const cases: Readonly<Record<string, () => Promise<readonly string[]>>> = {
  /** Nobody has it any more. */
  async forgotten() {
    await countOnce();
    return [];
  },
  async disposed() {
    const grid = await connect(url, { types: [Order] });
    await grid.space(Order).count();
    await grid[Symbol.asyncDispose]();
    return [];
  },
  /** Its handle is used still. */
  async used() {
    const orders = await handle();
    for (let turn = 0; turn < 20; turn++) await collected();
    return [`count ${await orders.count()}`, `warnings ${warnings.length}`];
  },
  async exits() {
    await connect(url, { types: [Order] });
    process.exitCode = 3;
    process.exit();
  },
  /** All that can be open is, and the grid is closed. */
  async streams() {
    await served.space(Order).writeMany(Array.from({ length: 10_000 }, (_, id) => ({ id, state: 'new' })));
    const grid = await connect(url, { types: [Order] });
    const orders = grid.space(Order);
    const events = orders.subscribe();
    await events.ready;
    const silent = orders.subscribe();
    await silent.ready;
    const rows = orders.find()[Symbol.asyncIterator]();
    await rows.next();
    const jobs = orders.consume({ state: 'new' }, { prefetch: 2 });
    await jobs.next();
    const none = orders.consume({ state: 'none' });
    let isBegun = (): void => undefined;
    const begun = new Promise<void>((resolve) => (isBegun = resolve));
    const open = [
      events.next(),
      none.next(),
      orders.take({ state: 'none' }, { wait: '30s' }),
      grid.transaction(async (tx) => {
        await tx.space(Order).get(1);
        isBegun();
        await tx.space(Order).read({ state: 'none' });
        await new Promise(() => undefined);
      }),
    ];
    const ends = Promise.allSettled(open);
    await begun;
    await grid.close();
    return (await ends).map((end) => (end.status === 'rejected' ? end.reason.code : JSON.stringify(end.value)));
  },
};

async function countOnce(): Promise<void> {
  const grid = await connect(url, { types: [Order] });
  await grid.space(Order).count();
}

async function handle() {
  return (await connect(url, { types: [Order] })).space(Order);
}

/** Some turns, so that what is over can go, and a collection. */
async function collected(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
  collect();
}

const name = process.argv[2]!;
const ends = await cases[name]!();
if (name !== 'used') for (let turn = 0; turn < 50 && warnings.length === 0; turn++) await collected();
process.stdout.write(JSON.stringify({ warnings, ends }));
await host.close();
await served.close();
// What was forgotten, and what is used still, keep the process alive: that is what the warning is about.
if (name === 'forgotten' || name === 'used') process.exit();
