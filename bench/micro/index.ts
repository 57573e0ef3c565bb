/**
 * What the indexes cost by themselves: nanoseconds per operation, bytes per row, and the longest single operation.
 *
 *     node --conditions=source bench/micro/index.ts [rows …]
 *
 * Keys are read from a typed array by row number, which stands for a table whose keys are integers: the cache miss of that
 * read is part of `find`, as it is in the product. Random order of keys throughout; `base` is the same loop without the index.
 */
import { benchHash } from './index-hash.ts';
import { benchOrdered } from './index-ordered.ts';
import { printHeader } from './index-report.ts';

const sizes = process.argv.slice(2).map(Number);

printHeader();
for (const rows of sizes.length > 0 ? sizes : [100_000, 700_000, 1_000_000, 1_300_000, 2_000_000]) {
  benchHash(rows);
  benchOrdered(rows);
}
