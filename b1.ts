import { createGrid, defineType, t } from 'weft';
import { makeOrders } from '/tmp/wt/subscribe/bench/orders.ts';
import { orderColumns } from '/tmp/wt/subscribe/bench/peers/order-columns.ts';
const Order = defineType('Order', orderColumns, { key: 'id' });
const SUBS = Number(process.argv[2] ?? 1000),
  MATCH = 10,
  CHUNK = Number(process.argv[3] ?? 200);
const mode = process.argv[4] ?? 'local';
const grid = await createGrid({ types: [Order], partitions: 1 });
const orders = grid.space(Order),
  local = grid.local(Order);
const base = makeOrders(100_000, 1);
const groups = Math.max(1, SUBS / MATCH);
const data = base.map((o, i) => ({ ...o, customer: `c${i % groups}` }));
let got = 0;
const subs = [];
for (let i = 0; i < SUBS; i++) {
  const sub = orders.subscribe({ customer: `c${i % groups}` });
  subs.push(sub);
  void (async () => {
    for await (const e of sub) got++;
  })();
}
async function run(n: number) {
  const t0 = performance.now(),
    c0 = process.cpuUsage();
  got = 0;
  let next = 0;
  if (mode === 'local')
    while (next < n) {
      for (let i = 0; i < CHUNK && next < n; i++) local.write(data[next++ % data.length]!);
      await new Promise<void>((r) => setImmediate(r));
    }
  else for (; next < n; next++) await orders.write(data[next % data.length]!);
  const tw = performance.now();
  while (SUBS > 0 && got < n * Math.min(SUBS, MATCH)) await new Promise<void>((r) => setImmediate(r));
  const t1 = performance.now();
  const c = process.cpuUsage(c0);
  console.log(
    `cpu user ${(c.user / n).toFixed(2)} us per write; ${mode} subs ${SUBS} chunk ${CHUNK}: writes ${(n / (tw - t0)).toFixed(0)} k/s, delivered at ${(n / (t1 - t0)).toFixed(0)} k/s`,
    grid.stats().events.behind,
  );
}
for (let i = 0; i < 5; i++) await run(100_000);
await grid.close();
process.exit();
