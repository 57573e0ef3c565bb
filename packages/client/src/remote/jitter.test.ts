/** How long clients wait before they come again: never all at once, after a host was lost and after it had no room. */
import { expect, test } from 'vitest';
import { WeftError, type Timers } from '@weft/base';
import type { Host } from '../host.ts';
import { LaterCalls } from './later-calls.ts';
import { LinkDoor, RETRY_MS_MAX, type LinkDoorParts } from './link-door.ts';
import type { AnyCall } from './remote-call.ts';

const LEAST = 0;
const MOST = 2 ** 32 - 1;

/** A host with a random number of its own, and the delays that were asked of it. */
function hostWith(drawn: number): { readonly host: Host; readonly delays: number[] } {
  const delays: number[] = [];
  const timers: Timers = {
    after(delayMs) {
      delays.push(delayMs);
      return () => undefined;
    },
  };
  const clock = { monotonicMs: () => 0, wallMs: () => 0 };
  return { host: { clock, timers, random: { uint32: () => drawn } } as unknown as Host, delays };
}

function redials(drawn: number): readonly number[] {
  const { host, delays } = hostWith(drawn);
  const door = new LinkDoor(['host:1'], { host } as unknown as LinkDoorParts);
  for (let attempt = 0; attempt < 9; attempt++) door.dialLater();
  return delays;
}

function retries(drawn: number): readonly number[] {
  const { host, delays } = hostWith(drawn);
  const later = new LaterCalls(host, () => undefined);
  const refusal = new WeftError('OVERLOADED', 'no room', { details: { retryAfterMs: 10 } });
  const call = { refusals: 0, deadlineMs: Infinity } as AnyCall;
  for (let refused = 0; refused < 3; refused++) later.take(call, refusal);
  return delays;
}

test('a host that was lost is dialled again after half of a time that doubles, and up to as long again', () => {
  const most = [20, 40, 80, 160, 320, 640, 1280, RETRY_MS_MAX, RETRY_MS_MAX];
  expect(redials(LEAST)).toEqual(most.map((ms) => ms / 2));
  for (const [at, ms] of redials(MOST).entries()) expect(ms).toBeCloseTo(most[at]!, 3);
});

test('a call that was refused is asked again after what the host said, and up to as long again; twice as long each time', () => {
  expect(retries(LEAST)).toEqual([10, 20, 40]);
  for (const [at, ms] of retries(MOST).entries()) expect(ms).toBeCloseTo([20, 40, 80][at]!, 3);
});
