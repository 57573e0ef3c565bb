import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Arena, defineType, t } from '@weft/data';
import { Journal, PartitionLog } from '@weft/log';
import { Partition } from '@weft/store';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { weft } from '../cli/run-words.fixture.ts';
import { lockDataDir } from '../host/data-lock.ts';
import { fastCrc32 } from '../host/native-crc32.ts';
import { NodeDisk } from '../host/node-disk.ts';
import { nodeHost } from '../host/node-host.ts';

const Order = defineType('Order', { id: t.int32(), note: t.string(), big: t.int64().optional() }, { key: 'id' });
const directory = mkdtempSync(join(tmpdir(), 'weft-journal-'));
const first = join(directory, 'journal', '0000000000000001.wal');
afterAll(() => rmSync(directory, { recursive: true }));

beforeAll(async () => {
  const { clock, random, timers } = nodeHost();
  const disk = new NodeDisk(directory);
  const soon = (callback: () => void): void => void setImmediate(callback);
  const journal = await Journal.open({
    disk,
    level: 'sync',
    checksum: fastCrc32,
    random,
    timers,
    soon,
    segmentBytes: 4000,
  });
  for await (const frame of journal.frames()) expect.fail(`a new journal has frame ${frame.head.sequence}`);
  const log = new PartitionLog({ partition: 0, clock });
  await journal.start([log]);
  const partition = new Partition({ number: 0, arena: new Arena(), clock, log });
  const port = partition.port(Order.schema);
  partition.turnLogOn();
  const columns = Order.schema.columns.length;
  for (let id = 0; id < 40; id++) {
    const values: unknown[] = Array.from({ length: columns });
    [values[0], values[1], values[2]] = [id, 'note'.repeat(20), 7n];
    port.write(values, 3, 'fail');
    await log.commits.wait(log.lsn);
  }
  await journal.close();
});

describe('weft journal', () => {
  test('check says what each file holds and that all is whole', async () => {
    const { code, out } = await weft('journal', 'check', directory);
    expect(code).toBe(0);
    expect(out).toMatch(/^journal [0-9a-f]{32}, \d files\njournal\/0000000000000001\.wal: \d+ frames, \d+ records\n/);
    expect(out).toContain('The journal is whole: 41 records.');
  });

  test('dump prints each record as JSON, from a frame on', async () => {
    const lines = (await weft('journal', 'dump', directory)).out.trim().split('\n');
    expect(lines).toHaveLength(41);
    expect(JSON.parse(lines[0]!)).toMatchObject({ frame: 2, partition: 0, lsn: 1, declares: 'Order' });
    expect(JSON.parse(lines[1]!)).toMatchObject({ lsn: 2, effects: [{ type: 'Order', op: 'insert', lsn: 2 }] });
    const later = (await weft('journal', 'dump', directory, '--from', '10')).out.trim().split('\n');
    expect(JSON.parse(later[0]!)).toMatchObject({ frame: 10 });
    expect(later.at(-1)).toBe(lines.at(-1));
  });

  test('names file and offset of damage', async () => {
    const bytes = readFileSync(first);
    writeFileSync(first, bytes.with(1500, bytes[1500]! ^ 1));
    const { code, err } = await weft('journal', 'check', directory);
    writeFileSync(first, bytes);
    expect(code).toBe(1);
    expect(err).toContain(`weft journal: The journal is damaged: ${first} at byte `);
    expect(err).toContain('JOURNAL_DAMAGED');
  });

  test('does not look at a journal that is written to, nor where there is none', async () => {
    const lock = await lockDataDir(directory);
    expect((await weft('journal', 'check', directory)).err).toContain(`process ${process.pid} on`);
    await lock.unlock();
    expect((await weft('journal', 'dump', join(directory, 'nowhere'))).err).toContain('there is no journal in');
    expect(await weft('journal', 'look')).toMatchObject({ code: 2 });
  });
});
