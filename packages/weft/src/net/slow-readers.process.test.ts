import { connect as dial, type Socket } from 'node:net';
import { once } from 'node:events';
import { afterEach, expect, test } from 'vitest';
import { defineType, t } from '@weft/data';
import { Ask, endRequest, preamble, writeHead, writePlain, type FrameWriter } from '@weft/protocol';
import { connect } from './connect.ts';
import { frameOf, writeOpen } from './raw-client.fixture.ts';
import { started } from './started.fixture.ts';

const Note = defineType('Note', { id: t.int32(), text: t.string() }, { key: 'id' });
const ROWS = 20_000;
const ROW_BYTES = 5000;
/** Dead readers of each kind. */
const READERS = 20;
const GETS = 10_000;

const ends: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

/** A client that asks and never reads: its socket stays open, and what comes for it stays where it is. */
async function deadReader(port: number, ask: (frame: FrameWriter) => void): Promise<Socket> {
  const socket = dial(port, '127.0.0.1');
  socket.pause();
  socket.on('error', () => undefined);
  ends.push(async () => void socket.destroy());
  await once(socket, 'connect');
  socket.write(preamble());
  socket.write(
    frameOf((frame) => {
      frame.room(1).u8(Ask.hello);
      writePlain(frame, { space: 'demo', client: 'dead', session: undefined });
    }),
  );
  socket.write(
    frameOf((frame) => {
      const schema = JSON.stringify(Note.schema);
      const target = frame.room(8 + 4 * schema.length);
      target.u8(Ask.type);
      target.u16(1);
      target.text(schema);
      ask(frame);
    }),
  );
  return socket;
}

function writeGets(frame: FrameWriter): void {
  for (let seq = 1; seq <= GETS; seq++) {
    const from = frame.length;
    const head = { kind: Ask.get, seq, type: 1, deadlineMs: undefined, idempotencyId: undefined, trace: undefined };
    writeHead(frame, head);
    frame.room(4).i32(seq);
    endRequest(frame, from);
  }
}

test('readers that are dead hold what is theirs, and the memory of the host stays in its bounds; others are served', async () => {
  const server = await started(['--space', 'demo', '--memory', '1GB']);
  ends.push(async () => {
    server.launcher.kill('SIGTERM');
    await server.ended;
  });
  const port = Number(new URL(server.url.replace('weft:', 'http:')).port);
  const grid = await connect(server.url, { types: [Note] });
  ends.push(() => grid.close());
  const notes = grid.space(Note);
  const row = (id: number) => ({ id, text: `${id}`.padEnd(ROW_BYTES, 'x') });
  await notes.writeMany(Array.from({ length: ROWS }, (_, id) => row(id)));
  const rss = async (): Promise<number> => (await grid.stats()).memory.processBytes;
  const before = await rss();
  for (let i = 0; i < READERS; i++)
    for (const overflow of ['block', 'dropOldest', 'fail'])
      await deadReader(port, (frame) => writeOpen(frame, 1, 'subscribe', { options: { overflow } }, 1));
  // Behind hundreds of thousands of gets the host might refuse them for its queue.
  while ((await grid.stats()).events.subscribers < 3 * READERS) await new Promise((resolve) => setTimeout(resolve, 20));
  for (let i = 0; i < READERS; i++) {
    await deadReader(port, (frame) => writeOpen(frame, 1, 'find', { plan: {} }, 1));
    await deadReader(port, writeGets);
  }
  let most = 0;
  for (let id = 0; id < 4000; id += 200) {
    await Promise.all(Array.from({ length: 200 }, (_, i) => notes.write(row(id + i))));
    most = Math.max(most, await rss());
  }
  const { events } = await grid.stats();
  expect(events.subscribers).toBeGreaterThanOrEqual(2 * READERS);
  expect(events.droppedEvents).toBeGreaterThan(0);
  expect(await notes.count()).toBe(ROWS);
  // They asked for 2 GB of rows and 1 GB of gets. Of each find 2 MiB may wait, of the gets of a connection 4 MiB, of a subscriber 2 MiB, and what V8 takes for them.
  expect(most - before).toBeLessThan(500_000_000);
});
