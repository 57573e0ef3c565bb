import { crc32 } from 'node:zlib';
import { FalseDisk } from '@weft/base';
import { expect, test } from 'vitest';
import { openJournal } from './journal.fixture.ts';

/** Made a second time from the tables of docs/durability.md. */
test('a journal has the bytes that the documentation says', async () => {
  const { journal, disk, logs, insert } = await openJournal(new FalseDisk(), { segmentBytes: 1200 });
  const [log] = logs;
  insert(0, 1);
  await log!.commits.wait(log!.lsn);
  const first = records(log!.ring.reader(0)!);
  insert(0, 2);
  await log!.commits.wait(log!.lsn);
  const second = records(log!.ring.reader(2)!);
  await journal.close();

  const seed = crc32(Buffer.from(journal.id));
  const start = frame(seed, { kind: 2, chain: 0, number: 1, safe: 0, records: 0, body: Buffer.alloc(0) });
  const one = frame(seed, { kind: 1, chain: crcOf(start), number: 2, safe: 1, records: 2, body: first });
  const end = frame(seed, { kind: 3, chain: crcOf(one), number: 3, safe: 2, records: 0, body: Buffer.alloc(0) });
  const positions = Buffer.alloc(16);
  positions.writeBigInt64LE(2n, 0);
  const next = frame(seed, { kind: 2, chain: crcOf(one), number: 3, safe: 2, records: 0, body: positions });
  const two = frame(seed, { kind: 1, chain: crcOf(next), number: 4, safe: 3, records: 1, body: second });
  const close = frame(seed, { kind: 1, chain: crcOf(two), number: 5, safe: 4, records: 0, body: Buffer.alloc(0) });

  const files = new Map([...disk.files()].map(([path, bytes]) => [path, Buffer.from(bytes).toString('hex')]));
  const expected = new Map([
    ['journal/0000000000000001.wal', Buffer.concat([headers(journal.id, 1), start, one, end]).toString('hex')],
    ['journal/0000000000000003.wal', Buffer.concat([headers(journal.id, 3), next, two, close]).toString('hex')],
  ]);
  expect(files).toEqual(expected);
});

function headers(id: string, number: number): Buffer {
  const header = Buffer.alloc(512);
  header.write('WEFTJRNL');
  header.writeUInt32LE(1, 8);
  header.write(id, 16, 'hex');
  header.writeBigInt64LE(BigInt(number), 32);
  header.writeUInt32LE(crc32(header.subarray(0, 60)), 60);
  return Buffer.concat([header, header]);
}

interface Parts {
  readonly kind: number;
  readonly chain: number;
  readonly number: number;
  readonly safe: number;
  readonly records: number;
  readonly body: Buffer;
}

function frame(seed: number, { kind, chain, number, safe, records, body }: Parts): Buffer {
  const bytes = Buffer.alloc(Math.ceil((40 + body.length) / 8) * 8);
  bytes.writeUInt32LE(bytes.length, 0);
  bytes.write('WF', 8);
  bytes.writeUInt8(kind, 10);
  bytes.writeUInt32LE(chain, 12);
  bytes.writeBigInt64LE(BigInt(number), 16);
  bytes.writeBigInt64LE(BigInt(safe), 24);
  bytes.writeUInt32LE(records, 32);
  body.copy(bytes, 40);
  bytes.writeUInt32LE(crc32(bytes.subarray(8), seed), 4);
  return bytes;
}

function crcOf(bytes: Buffer): number {
  return bytes.readUInt32LE(4);
}

/** All records that a reader finds, with their checksums. */
function records(reader: {
  next(committed: number): { bytes: Uint8Array; start: number; end: number } | undefined;
}): Buffer {
  const found: Buffer[] = [];
  for (let place = reader.next(Infinity); place !== undefined; place = reader.next(Infinity)) {
    const record = Buffer.from(place.bytes.slice(place.start, place.end));
    record.writeUInt32LE(crc32(record.subarray(8)), 4);
    found.push(record);
  }
  return Buffer.concat(found);
}
