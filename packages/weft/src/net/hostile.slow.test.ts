import { expect, test } from 'vitest';
import type { Clock } from '@weft/base';
import { defineType, t } from '@weft/data';
import { Member, type MemberEvent } from '@weft/member';
import { createGrid } from '../create-grid.ts';
import { nodeHost } from '../host/node-host.ts';
import { HostileTraffic } from './hostile-traffic.fixture.ts';
import { RawClient } from './raw-client.fixture.ts';

/** 300,000 with WEFT_RUNS=10000, as many as its budget bears; ten million, half an hour, with WEFT_FUZZ_FRAMES=10000000. */
const FRAMES = Number(
  process.env['WEFT_FUZZ_FRAMES'] ?? Math.min(300_000, Number(process.env['WEFT_RUNS'] ?? 20) * 1000),
);
const MIB = 1024 * 1024;

const Note = defineType(
  'Note',
  { id: t.int32(), text: t.string().optional(), tags: t.json().optional(), version: t.version() },
  { key: 'id' },
);

test(`${FRAMES} frames, most of them wrong, end connections and nothing else`, async () => {
  const grid = await createGrid({ types: [Note], partitions: 2, memory: '64MB' });
  const log: MemberEvent[] = [];
  // The log takes 20 events a second: by a clock that goes by frames it hears of all, however fast the machine is.
  let ms = 0;
  const clock: Clock = { monotonicMs: () => ms, wallMs: () => Date.now() };
  const member = new Member({
    space: 'demo',
    grid,
    partitions: 2,
    hosts: [{ address: '', firstPartition: 0 }],
    log: (event) => {
      if (event.level === 'error') log.push(event);
      reasons.add(event.message.replaceAll(/\d+|".*"/g, '#'));
    },
    host: { ...nodeHost(), clock },
  });
  const reasons = new Set<string>();
  const traffic = new HostileTraffic(Note.schema, 7);
  let client = new RawClient(member);
  let connections = 0;
  let early = 0;
  for (let frames = 0; frames < FRAMES; frames++) {
    ms += 50;
    // One that waits for the rest of a frame would take all others for it.
    if (client.isOver || frames % 17 === 0) {
      client.close();
      client = new RawClient(member);
      connections++;
      for (const bytes of traffic.begin()) client.say(bytes);
    }
    for (const bytes of traffic.next()) client.say(bytes);
    client.sent.length = 0;
    if (frames % 200 === 0) await new Promise((resolve) => setImmediate(resolve));
    if (frames % 1000 === 0) expect(log).toEqual([]);
    if (frames === Math.floor(FRAMES / 5)) early = process.memoryUsage().rss;
    if (frames % 10_000 === 0) expect(member.stats().sessions).toBeLessThanOrEqual(32_768);
  }
  client.close();
  expect(process.memoryUsage().rss - early).toBeLessThan(512 * MIB);
  expect(connections).toBeGreaterThan(FRAMES / 100);
  expect(member.stats()).toMatchObject({ connections: 0, handshakes: 0, outboxBytes: 0 });
  expect(member.stats().keptReplyBytes).toBeLessThan(64 * MIB);
  expect(grid.stats().memory.usedBytes).toBeLessThan(64 * MIB);
  expect(reasons.size).toBeGreaterThan(20);
  // Who is friendly is served as ever.
  const friend = new RawClient(member);
  friend.hello();
  expect(friend.told[0]?.value).toMatchObject({ space: 'demo' });
  friend.close();
  await grid.close();
});
