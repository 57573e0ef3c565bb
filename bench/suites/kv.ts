/** Values of 100 characters by key, by one client process over loopback TCP, against ioredis with auto-pipelining and Redis. */
import { runNet } from '../harness/net-run.ts';
import { rowsLabel } from '../harness/table.ts';
import type { SuiteAnswer, SuiteInput } from '../harness/suite.ts';
import { WeftServer } from '../harness/weft-server.ts';
import { RedisServer, redisVersion } from '../peers/redis-server.ts';
import { kvCases, kvRates, type Bound } from './kv-cases.ts';

const ROWS = 100_000;
/** By the calls at a time. */
const BOUNDS: Readonly<Record<number, Bound>> = {
  1: { must: 0.9, aim: 1.05 },
  64: { must: 1.2, aim: 1.7 },
  512: { must: 1.5, aim: 2.2 },
};

export async function runKv({ rows = ROWS, reps, deadline, say }: SuiteInput): Promise<SuiteAnswer> {
  redisVersion();
  const weft = await WeftServer.start();
  const redis = await RedisServer.start({ isOnTcp: true });
  try {
    const { rates } = await runNet({
      operations: ['get', 'put'],
      parts: [
        ['weftEntries', weft.url],
        ['redisEntries', String(redis.port)],
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
      // The stores are other processes than this one: their work would count as others'.
      otherCores: [],
      notes: [
        `Values of 100 characters under ${rowsLabel(rows)} keys drawn at random; one client process for each store, its server in another, loopback TCP.`,
        'In flight are so many loops, each of which awaits one call after the other. Every value that was read was one of the two that are written under its key.',
      ],
    };
  } finally {
    await weft.stop();
    await redis.stop();
  }
}
