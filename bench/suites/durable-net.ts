/** Orders that are on disk before their write is acknowledged, by one client process over loopback TCP, against Redis and PostgreSQL. */
import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { NetPart } from '../harness/net-client.ts';
import { runNet } from '../harness/net-run.ts';
import type { SuiteAnswer, SuiteInput } from '../harness/suite.ts';
import { rowsLabel } from '../harness/table.ts';
import { WeftServer } from '../harness/weft-server.ts';
import { PostgresServer, postgresVersion } from '../peers/postgres-server.ts';
import { RedisServer, redisVersion } from '../peers/redis-server.ts';
import { checkFlushes, durableNetCases, flushNotes } from './durable-net-cases.ts';
import { kvRates } from './kv-cases.ts';

const ROWS = 100_000;
const WRITERS = [64, 256];
/** Beside the sources, since a directory for temporary files may be no disk. */
const PLACE = join(import.meta.dirname, '../../.cache');

export async function runDurableNet({ rows = ROWS, reps, deadline, say }: SuiteInput): Promise<SuiteAnswer> {
  redisVersion();
  mkdirSync(PLACE, { recursive: true });
  const place = mkdtempSync(join(PLACE, 'durable-net-'));
  // PostgreSQL may run as another user.
  chmodSync(place, 0o755);
  const servers: { stop(): Promise<void> }[] = [];
  try {
    const weft = await WeftServer.start(['--data-dir', join(place, 'weft'), '--durability', 'sync']);
    servers.push(weft);
    const redis = await RedisServer.start({ isOnTcp: true, durableIn: place });
    servers.push(redis);
    const parts: [NetPart, string][] = [
      ['weftOrders', weft.url],
      ['redisJson', String(redis.port)],
    ];
    const hasPostgres = postgresVersion() !== undefined;
    if (hasPostgres) {
      const postgres = await PostgresServer.start(place);
      servers.push(postgres);
      parts.push(['postgresTicks', String(postgres.port)]);
      parts.push(['postgresRows', String(postgres.port)]);
    }
    const { rates, flushes } = await runNet({
      operations: ['put'],
      parts,
      loops: WRITERS,
      rows,
      reps,
      deadline,
      say,
      flushesOf: place,
    });
    checkFlushes({ rates, flushes });
    return {
      cases: durableNetCases(rates),
      rates: {
        ...kvRates(rates),
        ...Object.fromEntries(Object.entries(kvRates(flushes)).map(([name, each]) => [`flushes, ${name}`, each])),
      },
      // The stores are other processes than this one: their work would count as others'.
      otherCores: [],
      notes: [
        `Each of so many loops awaits one write after the other, of ${rowsLabel(rows)} orders drawn at random; one client process for each store, its server in another, loopback TCP.`,
        'Redis: appendfsync always, JSON. PostgreSQL, for information: its defaults, 64 connections row by row; or one, with one statement for the writes of a tick.',
        ...flushNotes({ rates, flushes }),
        'Flushes are those of the device, whoever asked for them.',
        ...(hasPostgres ? [] : ['PostgreSQL is not installed here, and was left out.']),
      ],
    };
  } finally {
    for (const server of servers) await server.stop();
    rmSync(place, { recursive: true, force: true });
  }
}
