import { expect, test } from 'vitest';
import { Ask, FrameWriter, type RequestHead } from '@weft/protocol';
import { Admission } from './admission.ts';
import type { Outlet } from './context.ts';
import { FalseNet } from './false-net.fixture.ts';
import { Session, SESSION_LIFE_MS, type SessionParts } from './session.ts';
import { SharedBytes } from './shared-bytes.ts';

test('a session without connection is kept for a while, and one whose client has said goodbye is not', async () => {
  const net = new FalseNet();
  const ended: string[] = [];
  const parts = { host: net.host, kept: new SharedBytes(1), held: new SharedBytes(1) } as unknown as SessionParts;
  const attached = (name: string): [Session, Outlet] => {
    const outlet = {} as Outlet;
    const session = new Session(name, parts, 16, (over) => ended.push(over.name));
    session.attach(outlet);
    return [session, outlet];
  };
  const [gone, itsLast] = attached('gone');
  gone.end();
  gone.detach(itsLast);
  expect(ended).toEqual(['gone']);
  expect(net.timersWaiting).toBe(0);
  const [cut, lost] = attached('cut');
  cut.detach(lost);
  await net.pass(SESSION_LIFE_MS - 1);
  expect(ended).toEqual(['gone']);
  await net.pass(1);
  expect(ended).toEqual(['gone', 'cut']);
});

test('where all sessions keep too much, those with more than their share take nothing new until theirs are acknowledged', () => {
  const net = new FalseNet();
  const kept = new SharedBytes(2000);
  const admission = new Admission(net.host.clock, net.host.timers);
  const parts = {
    host: net.host,
    kept,
    held: new SharedBytes(1),
    admission,
    log: () => undefined,
    authorize: () => undefined,
  };
  const session = new Session('one', parts as unknown as SessionParts, 16, () => undefined);
  const outlet = { out: new FrameWriter(), flushSoon: () => undefined } as unknown as Outlet;
  session.attach(outlet);
  /** What is wrong with it is told, and kept. */
  const ask = (seq: number): void => session.request({ kind: Ask.get, seq } as RequestHead, {} as never, 10);
  ask(1);
  ask(2);
  const before = kept.bytes;
  expect(before).toBeGreaterThan(500);
  const other = kept.part();
  other.add(1400);
  ask(3);
  const bytes = kept.bytes;
  expect(bytes).toBeGreaterThan(2000);
  ask(4);
  other.add(2000);
  ask(5);
  expect([kept.bytes, admission.counts.requests]).toEqual([bytes + 2000, 0]);
  session.acked(3);
  ask(6);
  expect(kept.bytes).toBeGreaterThan(other.bytes + bytes - before - 1400);
  session.end();
  expect(kept.bytes).toBe(other.bytes);
});
