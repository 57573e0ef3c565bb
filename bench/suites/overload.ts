/** More questions than the server can answer: those that are let in are answered in their time, as many as at its peak, and the others are told so. */
import { judge, judgeBounded } from '../harness/case.ts';
import type { OpenLoop } from '../harness/open-loop.ts';
import type { OverloadCalls } from '../harness/overload-part.ts';
import { Part } from '../harness/part.ts';
import { median } from '../harness/ratio.ts';
import type { SuiteAnswer, SuiteInput } from '../harness/suite.ts';
import { rowsLabel } from '../harness/table.ts';
import { WeftServer } from '../harness/weft-server.ts';

const ROWS = 100_000;
const LOOPS = 8;
const PEAK_MS = 2000;
const LOAD_MS = 4000;
const TIMEOUT_MS = 500;
const GOODPUT_MUST = 0.8;
const AFTER_MUST = 0.95;
/** Shares of the peak that are asked for, one after the other. */
const SHARES = { 'half as much again': 1.5, 'twice as much': 2, 'three quarters, afterwards': 0.75 } as const;

type Share = keyof typeof SHARES;
type Load = { readonly answered: number; readonly p99: number; readonly max: number; readonly failed: Failed };
type Failed = Readonly<Record<string, number>>;
type Repetition = { readonly peak: number } & Readonly<Record<Share, Load>>;

export async function runOverload({ rows = ROWS, reps, deadline, say }: SuiteInput): Promise<SuiteAnswer> {
  const server = await WeftServer.start();
  const module = new URL('../harness/overload-part.ts', import.meta.url);
  const parts = [Part.start<OverloadCalls>(module), Part.start<OverloadCalls>(module)];
  const each: Repetition[] = [];
  try {
    for (const [at, part] of parts.entries()) await part.ask('open', server.url, rows, at === 0);
    // The first is for the compiler.
    await peakOf(parts);
    for (let rep = 0; rep < reps; rep++) {
      each.push(await repetition(parts));
      deadline.check();
      say(`  repetition ${rep + 1} of ${reps}, ${deadline.elapsedSeconds().toFixed(0)} s`);
    }
    for (const part of parts) await part.ask('close');
  } finally {
    for (const part of parts) await part.stop();
    await server.stop();
  }
  return answerOf(each, rows);
}

type Parts = readonly Part<OverloadCalls>[];

async function peakOf(parts: Parts): Promise<number> {
  const flown = await Promise.all(parts.map((part) => part.ask('peak', LOOPS, PEAK_MS)));
  return flown.reduce((sum, { calls, seconds }) => sum + calls / seconds, 0);
}

async function repetition(parts: Parts): Promise<Repetition> {
  const peak = await peakOf(parts);
  const loads: [string, Load][] = [];
  for (const [name, share] of Object.entries(SHARES)) {
    const perPart = (share * peak) / parts.length;
    const loops = await Promise.all(parts.map((part) => part.ask('load', perPart, LOAD_MS, TIMEOUT_MS)));
    loads.push([name, together(loops)]);
  }
  return { peak, ...(Object.fromEntries(loads) as Record<Share, Load>) };
}

function together(loops: readonly OpenLoop[]): Load {
  const codes = [...new Set(loops.flatMap(({ failed }) => Object.keys(failed)))];
  const failed = codes.map((code) => [code, loops.reduce((sum, loop) => sum + (loop.failed[code] ?? 0), 0)] as const);
  return {
    answered: (loops.reduce((sum, { served }) => sum + served, 0) / LOAD_MS) * 1000,
    p99: Math.max(...loops.map(({ delays }) => delays.p99)),
    max: Math.max(...loops.map(({ delays }) => delays.max)),
    failed: Object.fromEntries(failed),
  };
}

function answerOf(each: readonly Repetition[], rows: number): SuiteAnswer {
  const peaks = each.map(({ peak }) => peak);
  const goodput = (share: Share, must: number, of: number) =>
    judge({
      name: `answered, ${share}`,
      peerName: of === 1 ? 'the peak' : 'what was asked for',
      ours: each.map((rep) => rep[share].answered),
      theirs: peaks.map((peak) => peak * of),
      must,
    });
  return {
    cases: [
      goodput('half as much again', GOODPUT_MUST, 1),
      goodput('twice as much', GOODPUT_MUST, 1),
      judgeBounded({
        name: 'p99 of the answered, twice as much',
        peerName: 'the timeout',
        unit: 'ms',
        figures: each.map((rep) => rep['twice as much'].p99),
        bound: TIMEOUT_MS,
      }),
      goodput('three quarters, afterwards', AFTER_MUST, SHARES['three quarters, afterwards']),
    ],
    rates: {
      overload: {
        peak: peaks,
        ...Object.fromEntries(
          Object.keys(SHARES).map((name) => [name, each.map((rep) => rep[name as Share].answered)]),
        ),
      },
    },
    // The work is done in other processes than this one: it would count as others'.
    otherCores: [],
    notes: [
      `A count that reads ${rowsLabel(rows)} orders, asked by two client processes, each call with a timeout of ${TIMEOUT_MS} ms; the peak: ${2 * LOOPS} in flight.`,
      'In an open loop for 4 s each: half as much again as the peak, twice as much, and then three quarters of it. A delay is from the moment at which a call was due.',
      ...Object.keys(SHARES).map((name) => `${name}: ${told(each.map((rep) => rep[name as Share].failed))}.`),
      `The longest answer took ${median(each.map((rep) => rep['twice as much'].max)).toFixed(0)} ms, twice as much.`,
    ],
  };
}

function told(each: readonly Failed[]): string {
  const codes = [...new Set(each.flatMap((failed) => Object.keys(failed)))];
  const counts = codes.map((code) => `${code} ${each.reduce((sum, failed) => sum + (failed[code] ?? 0), 0)}`);
  return counts.length === 0 ? 'none failed' : `failed in all repetitions: ${counts.join(', ')}`;
}
