/** The order of ten fields by its id, over loopback TCP, against ioredis with JSON values and with hashes. */
import { runNet } from '../harness/net-run.ts';
import { rowsLabel } from '../harness/table.ts';
import type { SuiteAnswer, SuiteInput } from '../harness/suite.ts';
import { WeftServer } from '../harness/weft-server.ts';
import { RedisServer, redisVersion } from '../peers/redis-server.ts';
import { kvCases, kvRates, type Bound } from './kv-cases.ts';

const ROWS = 100_000;
/** One call at a time is the network's and for information. */
const BOUNDS: Readonly<Record<number, Bound>> = {
  1: { must: 0 },
  64: { must: 1.5, aim: 2.5 },
  512: { must: 1.5, aim: 2.5 },
};

export async function runKvTyped({ rows = ROWS, reps, deadline, say }: SuiteInput): Promise<SuiteAnswer> {
  redisVersion();
  const weft = await WeftServer.start();
  // One for each form of the same rows.
  const json = await RedisServer.start({ isOnTcp: true });
  const hashes = await RedisServer.start({ isOnTcp: true });
  try {
    const { rates } = await runNet({
      operations: ['get', 'put'],
      parts: [
        ['weftOrders', weft.url],
        ['redisJson', String(json.port)],
        ['redisHashes', String(hashes.port)],
      ],
      loops: Object.keys(BOUNDS).map(Number),
      rows,
      reps,
      deadline,
      say,
    });
    return {
      cases: kvCases(rates, (loops) => BOUNDS[loops]!),
      rates: kvRates(rates),
      // As in the suite kv.
      otherCores: [],
      notes: [
        `Orders of ten fields under ${rowsLabel(rows)} ids drawn at random; one client process for each store, its server in another, loopback TCP.`,
        'In flight are so many loops, each of which awaits one call after the other. Every order that was read was compared, all ten fields of it.',
        'The better of JSON (one text, its time made a Date again) and hashes (nine fields, numbers made numbers again) carries the must, case by case.',
      ],
    };
  } finally {
    for (const server of [weft, json, hashes]) await server.stop();
  }
}
