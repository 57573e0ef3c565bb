/** 100 busy connections alone, and beside 10,000 that are idle: the rate, and what an idle connection takes of the server's memory. */
import { judge, judgeBounded } from '../harness/case.ts';
import type { ConnectionsCalls } from '../harness/connections-part.ts';
import { Part } from '../harness/part.ts';
import { residentBytesOfTree } from '../harness/resident-tree.ts';
import type { SuiteAnswer, SuiteInput } from '../harness/suite.ts';
import { WeftServer } from '../harness/weft-server.ts';

const IDLE = 10_000;
const BUSY = 100;
/** Calls at a time on each busy connection. */
const LOOPS = 4;
const STRETCH_MS = 2000;
/** Until garbage of opening is collected and pages are given back. */
const REST_MS = 2000;
const BYTES_MAX = 20_000;
const MUST = 0.8;
const AIM = 0.95;

interface Figures {
  readonly alone: number[];
  readonly beside: number[];
  readonly bytes: number[];
}

/** `rows` is the number of idle connections here. */
export async function runConnections({ rows: idle = IDLE, reps, deadline, say }: SuiteInput): Promise<SuiteAnswer> {
  const figures: Figures = { alone: [], beside: [], bytes: [] };
  for (let rep = 0; rep < reps; rep++) {
    await measure(figures, idle);
    deadline.check();
    say(`  repetition ${rep + 1} of ${reps}, ${deadline.elapsedSeconds().toFixed(0)} s`);
  }
  const beside = `${BUSY} busy connections beside ${idle.toLocaleString('en-US')} idle ones`;
  return {
    cases: [
      judge({ name: beside, peerName: 'alone', ours: figures.beside, theirs: figures.alone, must: MUST, aim: AIM }),
      judgeBounded({
        name: 'memory of an idle connection',
        peerName: 'the bound, 20 kB',
        unit: 'B',
        figures: figures.bytes,
        bound: BYTES_MAX,
      }),
    ],
    rates: { [beside]: { ...figures } },
    // The work is done in other processes than this one: it would count as others'.
    otherCores: [],
    notes: [
      `Server, busy and idle clients in processes of their own, loopback TCP; a new server each repetition. ${LOOPS} calls at a time on each busy connection, a get and a put in turn.`,
      `The memory is the growth of the server's resident memory, ${REST_MS / 1000} s after the last idle connection was opened; each has named its type. Every one of them answers at the end.`,
      'The rate alone is the mean of that before the idle connections were opened and that after they were closed.',
    ],
  };
}

async function measure(figures: Figures, idle: number): Promise<void> {
  const server = await WeftServer.start();
  const module = new URL('../harness/connections-part.ts', import.meta.url);
  const busy = Part.start<ConnectionsCalls>(module);
  const idling = Part.start<ConnectionsCalls>(module);
  const rate = async (): Promise<number> => {
    const { calls, seconds } = await busy.ask('busy', LOOPS, STRETCH_MS);
    return calls / seconds;
  };
  try {
    await busy.ask('open', server.url, BUSY);
    await busy.ask('fill');
    // The first is for the compiler.
    await rate();
    const aloneBefore = await rate();
    await rest();
    const before = residentBytesOfTree(server.pid);
    await idling.ask('open', server.url, idle);
    await rest();
    figures.bytes.push((residentBytesOfTree(server.pid) - before) / idle);
    figures.beside.push(await rate());
    await idling.ask('look');
    await idling.ask('close');
    await rest();
    // What came first has code that is compiled less well, so that it would be outdone by the same thing later.
    figures.alone.push((aloneBefore + (await rate())) / 2);
    await busy.ask('close');
  } finally {
    for (const part of [busy, idling]) await part.stop();
    await server.stop();
  }
}

function rest(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, REST_MS));
}
