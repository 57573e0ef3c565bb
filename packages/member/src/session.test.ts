import { expect, test } from 'vitest';
import type { Outlet } from './context.ts';
import { FalseNet } from './false-net.fixture.ts';
import { Session, SESSION_LIFE_MS, type SessionParts } from './session.ts';

test('a session without connection is kept for a while, and one whose client has said goodbye is not', async () => {
  const net = new FalseNet();
  const ended: string[] = [];
  const parts = { host: net.host } as unknown as SessionParts;
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
