import { expect, test } from 'vitest';
import { memoryCases } from './memory-cases.ts';

const at = (name: string, rows: number, ownBytes: number, residentBytes: number) => ({
  name,
  rows,
  ownBytes: ownBytes * rows,
  residentBytes: residentBytes * rows,
});

test('the larger account counts against us, the smaller one for the peer, and the worst count of rows carries the must', () => {
  const weft = [[at('weft', 100_000, 80, 100), at('weft', 200_000, 120, 60)]];
  const redis = [[at('redis', 100_000, 220, 300), at('redis', 200_000, 290, 240)]];
  expect(memoryCases(weft, { figures: redis, must: 2.1, aim: 2.5 })).toMatchObject([
    { name: 'bytes a row, worst of 2 counts', weft: 120, peer: 240, ratio: 2, must: 2.1, met: false, aim: 2.5 },
    { name: 'bytes a row, 100 k rows', weft: 100, peer: 220, ratio: 2.2, must: 0, met: true },
    { name: 'bytes a row, 200 k rows', weft: 120, peer: 240, ratio: 2, must: 0, met: true },
  ]);
});

test('of several repetitions the median ratio is told, with the least and the greatest', () => {
  const weft = [1, 2, 4].map((bytes) => [at('weft', 1000, bytes, bytes)]);
  const peer = [4, 4, 4].map((bytes) => [at('peer', 1000, bytes, bytes)]);
  expect(memoryCases(weft, { figures: peer, must: 1, aim: 2 })[0]).toMatchObject({
    ratio: 2,
    spread: [1, 4],
    met: true,
  });
});
