/** Test help: a member in this process whose time the test lets pass, and requests to it as bytes. */
import { afterEach } from 'vitest';
import { defineType, t } from '@weft/data';
import { Member, type MemberEvent, type MemberOptions } from '@weft/member';
import { Ask, endRequest, writeHead, type FrameWriter } from '@weft/protocol';
import { createGrid } from '../create-grid.ts';
import { nodeHost } from '../host/node-host.ts';
import type { RawClient } from './raw-client.fixture.ts';

export const Note = defineType('Note', { id: t.int32(), text: t.string() }, { key: 'id' });
const ends: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

/** A member whose time the test lets pass. */
export async function hosted(options: Pick<MemberOptions, 'authorize'> = {}) {
  const grid = await createGrid({ types: [Note], partitions: 1 });
  ends.push(() => grid.close());
  const log: MemberEvent[] = [];
  let nowMs = 0;
  let timers: { dueMs: number; callback: () => void }[] = [];
  const host = {
    ...nodeHost(),
    clock: { monotonicMs: () => nowMs, wallMs: () => nowMs },
    timers: {
      after(delayMs: number, callback: () => void) {
        const timer = { dueMs: nowMs + delayMs, callback };
        timers.push(timer);
        return () => void (timers = timers.filter((other) => other !== timer));
      },
    },
  };
  const pass = (ms: number): void => {
    nowMs += ms;
    const due = timers.filter(({ dueMs }) => dueMs <= nowMs);
    timers = timers.filter(({ dueMs }) => dueMs > nowMs);
    for (const { callback } of due) callback();
  };
  const member = new Member({
    ...options,
    space: 'demo',
    grid,
    partitions: 1,
    hosts: [{ address: '', firstPartition: 0 }],
    log: (event) => log.push(event),
    host,
  });
  return { member, grid, pass, log, notes: grid.local(Note) };
}

/** Requests in numbers: a get of a row each. */
export function gets(client: RawClient, first: number, count: number, id = 1): void {
  client.frame((frame) => {
    if (first === 1) declareNote(frame);
    for (let seq = first; seq < first + count; seq++) {
      const from = frame.length;
      writeHead(frame, {
        kind: Ask.get,
        seq,
        type: 1,
        deadlineMs: undefined,
        idempotencyId: undefined,
        trace: undefined,
      });
      frame.room(4).i32(id);
      endRequest(frame, from);
    }
  });
}

/** From then on the type 1 is Note. */
export function declareNote(frame: FrameWriter): void {
  const text = JSON.stringify(Note.schema);
  const target = frame.room(3 + 5 + 4 * text.length);
  target.u8(Ask.type);
  target.u16(1);
  target.text(text);
}
