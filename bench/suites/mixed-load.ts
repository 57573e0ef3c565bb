/** Gets and puts at half of the rate that the idle server reaches, while another client loads rows in bulk and finds all of them. */
import { judge, judgeBounded } from '../harness/case.ts';
import type { BulkWork, MixedCalls } from '../harness/mixed-part.ts';
import type { OpenLoop } from '../harness/open-loop.ts';
import { ONE_HELPER, Part } from '../harness/part.ts';
import { median } from '../harness/ratio.ts';
import type { SuiteAnswer, SuiteInput } from '../harness/suite.ts';
import { formatRate, rowsLabel } from '../harness/table.ts';
import { WeftServer } from '../harness/weft-server.ts';

const ROWS = 100_000;
const LOOPS = 512;
/** The peak is the median of so many looks: in one of them a processor may have been quicker or slower than it is on the whole. */
const PEAK_LOOKS = 5;
const PEAK_MS = 600;
const STEADY_MS = 3000;
const SHARE = 0.5;
const SERVED_MUST = 0.95;
const P99_MS_MAX = 10;
const P99_MS_AIM = 5;

type Repetition = {
  readonly peak: number;
  readonly alone: OpenLoop;
  readonly steady: OpenLoop;
  readonly bulk: BulkWork;
};

export async function runMixedLoad({ rows = ROWS, reps, deadline, say }: SuiteInput): Promise<SuiteAnswer> {
  const server = await WeftServer.start();
  const module = new URL('../harness/mixed-part.ts', import.meta.url);
  const point = Part.start<MixedCalls>(module, ONE_HELPER);
  const bulk = Part.start<MixedCalls>(module, ONE_HELPER);
  const each: Repetition[] = [];
  try {
    for (const part of [point, bulk]) await part.ask('open', server.url, rows);
    // The first is for the compiler.
    await repetition(point, bulk);
    for (let rep = 0; rep < reps; rep++) {
      each.push(await repetition(point, bulk));
      deadline.check();
      say(`  repetition ${rep + 1} of ${reps}, ${deadline.elapsedSeconds().toFixed(0)} s`);
    }
    for (const part of [point, bulk]) await part.ask('close');
  } finally {
    for (const part of [point, bulk]) await part.stop();
    await server.stop();
  }
  return answerOf(each, rows);
}

async function repetition(point: Part<MixedCalls>, bulk: Part<MixedCalls>): Promise<Repetition> {
  const looks: number[] = [];
  while (looks.length < PEAK_LOOKS) {
    const { calls, seconds } = await point.ask('peak', LOOPS, PEAK_MS);
    looks.push(calls / seconds);
  }
  const peak = median(looks);
  // What is not the bulk work's: the machine takes processors away for milliseconds.
  const alone = await point.ask('steady', SHARE * peak, STEADY_MS);
  const working = bulk.ask('bulk');
  const steady = await point.ask('steady', SHARE * peak, STEADY_MS);
  await bulk.ask('stop');
  return { peak, alone, steady, bulk: await working };
}

function answerOf(each: readonly Repetition[], rows: number): SuiteAnswer {
  const failures = each.flatMap(({ steady }) => Object.entries(steady.failed));
  const loaded = median(each.map(({ bulk }) => bulk.loaded / bulk.seconds));
  const alone = median(each.map((repetition) => repetition.alone.p99));
  const found = median(each.map(({ bulk }) => bulk.found / bulk.seconds));
  return {
    cases: [
      judge({
        name: 'calls served',
        peerName: 'calls due, half of the idle peak',
        ours: each.map(({ steady }) => (steady.served / STEADY_MS) * 1000),
        theirs: each.map(({ steady }) => (steady.due / STEADY_MS) * 1000),
        must: SERVED_MUST,
      }),
      judgeBounded({
        name: 'p99 of calls',
        peerName: `the bound, ${P99_MS_MAX} ms`,
        unit: 'ms',
        figures: each.map(({ steady }) => steady.p99),
        bound: P99_MS_MAX,
        aim: P99_MS_AIM,
      }),
    ],
    rates: {
      'mixed-load': {
        peak: each.map(({ peak }) => peak),
        served: each.map(({ steady }) => steady.served / steady.due),
        'p50 ms': each.map(({ steady }) => steady.delays.p50),
        'p99 ms': each.map(({ steady }) => steady.p99),
        'p99 ms alone': each.map(({ alone: { p99 } }) => p99),
        'max ms': each.map(({ steady }) => steady.delays.max),
        'loaded/s': each.map(({ bulk }) => bulk.loaded / bulk.seconds),
        'found/s': each.map(({ bulk }) => bulk.found / bulk.seconds),
      },
    },
    // The work is done in other processes than this one: it would count as others'.
    otherCores: [],
    notes: [
      `Server, point calls and bulk work in processes of their own, loopback TCP. A get and a put in turn over ${rowsLabel(rows)} orders; idle peak: ${LOOPS} in flight.`,
      'A delay is from the moment at which a call was due. Meanwhile the other client loads 10,000 orders with writeMany, and finds all orders, each over and over.',
      `The same calls without that work, before it in each repetition: p99 ${alone.toFixed(1)} ms.`,
      `Both clients run with ${ONE_HELPER.join(' ')}.`,
      `It loaded ${formatRate(loaded)} and found ${formatRate(found)} rows.`,
      ...(failures.length === 0
        ? ['No call failed.']
        : [`Calls failed with ${failures.map(([code, count]) => `${code} (${count})`).join(', ')}.`]),
    ],
  };
}
