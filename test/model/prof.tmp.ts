import fc from 'fast-check';
import { createGrid } from 'weft';
import { LargeBoth } from './large-both.ts';
import { largeOps, Trade } from './trades.ts';
for (const ops of fc.sample(largeOps(), { numRuns: 6, seed: 5 })) {
  const grid = await createGrid({ types: [Trade], partitions: 3, poison: true, segmentBytes: 16 << 20 });
  const both = new LargeBoth(grid);
  let t = performance.now(); const out: string[] = [];
  const lap = (n: string) => { const u = performance.now(); out.push(n + ' ' + (u - t).toFixed(0)); t = u; };
  await both.run({ verb: 'fill', from: 0, rows: 24000, salt: 0 }); lap('fill');
  for (const op of ops) { await both.run(op); lap(op.verb); }
  await both.finish(); lap('finish');
  await grid.close();
  console.log(out.join(' | '));
}
