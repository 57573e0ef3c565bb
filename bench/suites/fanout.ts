/** One writer, 100 writes a second, each matched by 1,000 subscribers on 20 connections: how long until each of them has the event. */
import { judgeBounded } from '../harness/case.ts';
import type { FanoutCalls } from '../harness/fanout-part.ts';
import type { Delays } from '../harness/latencies.ts';
import { ONE_HELPER, Part } from '../harness/part.ts';
import { median } from '../harness/ratio.ts';
import type { SuiteAnswer, SuiteInput } from '../harness/suite.ts';
import { WeftServer } from '../harness/weft-server.ts';

const CONNECTIONS = 20;
const SUBSCRIBERS = 1000;
const WRITES_PER_SECOND = 100;
const WRITES = 500;
const WARM_UP_WRITES = 200;
const ARRIVAL_MS_MAX = 10_000;
const P99_MS_MAX = 100;
const P99_MS_AIM = 20;

export async function runFanout({ reps, deadline, say }: SuiteInput): Promise<SuiteAnswer> {
  const server = await WeftServer.start();
  const module = new URL('../harness/fanout-part.ts', import.meta.url);
  const writer = Part.start<FanoutCalls>(module, ONE_HELPER);
  const readers = Part.start<FanoutCalls>(module, ONE_HELPER);
  const each: Run[] = [];
  try {
    await readers.ask('subscribe', server.url, CONNECTIONS, SUBSCRIBERS);
    await writer.ask('openWriter', server.url);
    await run({ writer, readers, first: 0 }, WARM_UP_WRITES);
    for (let rep = 0; rep < reps; rep++) {
      each.push(await run({ writer, readers, first: WARM_UP_WRITES + rep * WRITES }, WRITES));
      deadline.check();
      say(`  repetition ${rep + 1} of ${reps}, ${deadline.elapsedSeconds().toFixed(0)} s`);
    }
    for (const part of [readers, writer]) await part.ask('close');
  } finally {
    for (const part of [readers, writer]) await part.stop();
    await server.stop();
  }
  return answerOf(each);
}

type Run = Delays & { readonly seconds: number };
interface Place {
  readonly writer: Part<FanoutCalls>;
  readonly readers: Part<FanoutCalls>;
  /** Number of the first write. */
  readonly first: number;
}

/** Resolves once every subscriber has every event, each once. */
async function run({ writer, readers, first }: Place, writes: number): Promise<Run> {
  const seconds = await writer.ask('write', writes, WRITES_PER_SECOND);
  const untilMs = performance.now() + ARRIVAL_MS_MAX;
  for (;;) {
    const { least, most } = await readers.ask('counts');
    if (least === writes && most === writes) return { ...(await readers.ask('delays', sumOf(first, writes))), seconds };
    if (most > writes || performance.now() > untilMs)
      throw new Error(`subscribers have ${least} to ${most} events of ${writes}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Of so many numbers from the first on. */
function sumOf(first: number, count: number): number {
  return (count * (2 * first + count - 1)) / 2;
}

function answerOf(each: readonly Run[]): SuiteAnswer {
  const name = `${SUBSCRIBERS} subscribers, ${WRITES_PER_SECOND} writes/s`;
  return {
    cases: [
      judgeBounded({
        name: `p99 of deliveries, ${name}`,
        peerName: `the bound, ${P99_MS_MAX} ms`,
        unit: 'ms',
        figures: each.map(({ p99 }) => p99),
        bound: P99_MS_MAX,
        aim: P99_MS_AIM,
      }),
    ],
    rates: {
      [name]: {
        'p50 ms': each.map(({ p50 }) => p50),
        'p99 ms': each.map(({ p99 }) => p99),
        'max ms': each.map(({ max }) => max),
        deliveries: each.map(({ count }) => count),
        'deliveries/s': each.map(({ count, seconds }) => count / seconds),
      },
    },
    // The work is done in other processes than this one: it would count as others'.
    otherCores: [],
    notes: [
      `Server, writer and subscribers (${CONNECTIONS} connections) in processes of their own, loopback TCP. A delay is from the call of the write until the subscriber's loop has the event.`,
      `Writer and subscribers run with ${ONE_HELPER.join(' ')}.`,
      `Every subscriber must have taken every event: ${(WRITES * SUBSCRIBERS).toLocaleString('en-US')} deliveries a repetition, each once, ${Math.round(median(each.map(({ count, seconds }) => count / seconds))).toLocaleString('en-US')} a second as measured.`,
    ],
  };
}
