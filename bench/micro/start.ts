/** How long `createGrid` takes, in fresh processes: `node --conditions=source bench/micro/start.ts`. The bound is 50 ms. */
import { execFileSync } from 'node:child_process';

const script = `
  const { createGrid, defineType, t } = await import('weft');
  const Order = defineType('Order', { id: t.string(), qty: t.int32() }, { key: 'id' });
  const startMs = performance.now();
  const grid = await createGrid({ types: [Order] });
  console.log(performance.now() - startMs);
  await grid.close();
`;

const times = Array.from({ length: 15 }, () => {
  const args = ['--conditions=source', '--input-type=module', '--eval', script];
  return Number(execFileSync(process.execPath, args, { encoding: 'utf8', cwd: import.meta.dirname }));
}).sort((a, b) => a - b);
console.log(
  `createGrid: median ${times[7]!.toFixed(1)} ms, slowest ${times[14]!.toFixed(1)} ms of ${times.length} processes`,
);
