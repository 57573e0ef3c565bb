import { CUT_WAYS, type CutWay } from '../net/sim-net.ts';
import { SeededRandom } from '../seeded-random.ts';

/** Something that goes wrong, or that an operator does. */
export type PlannedFault = { readonly atMs: number } & (
  | { readonly kind: 'cut'; readonly way: CutWay; readonly client: number | undefined }
  | { readonly kind: 'shut'; readonly client: number; readonly way: 'there' | 'back' | 'both'; readonly forMs: number }
  | { readonly kind: 'kill' | 'power' | 'restart' | 'move'; readonly downMs: number }
  | { readonly kind: 'slow-disk'; readonly forMs: number; readonly syncMs: number }
  | { readonly kind: 'full-disk'; readonly forMs: number; readonly roomBytes: number }
  | { readonly kind: 'failed-disk'; readonly killMs: number }
  | { readonly kind: 'reconnect'; readonly client: number }
  /** Of the host, or of a client. */
  | { readonly kind: 'pause'; readonly client: number | undefined; readonly forMs: number }
  | { readonly kind: 'clock'; readonly client: number | undefined; readonly byMs: number }
);

/** When faults come. */
export const SPAN_MS = 4000;
const FAULTS_MAX = 8;
const ODD_FAULTS_MAX = 4;
/** All jumps of a run together are less than the hour for which answers to repeated calls are kept. */
const JUMP_MS_MAX = 600_000;

export function faultsOf(seed: number, clients: number): PlannedFault[] {
  const random = new SeededRandom(seed, 'faults');
  const kinds = KINDS.filter(() => random.chance(0.5));
  const count = kinds.length === 0 ? 0 : random.below(FAULTS_MAX + 1);
  return Array.from({ length: count }, () => faultOf(random, random.pick(kinds), clients));
}

/** Those that came later, of a stream of their own: seeds that have found something keep the others. */
export function oddFaultsOf(seed: number, clients: number): PlannedFault[] {
  const random = new SeededRandom(seed, 'odd faults');
  const kinds = (['pause', 'clock'] as const).filter(() => random.chance(0.4));
  const count = kinds.length === 0 ? 0 : random.below(ODD_FAULTS_MAX + 1);
  return Array.from({ length: count }, (): PlannedFault => {
    const kind = random.pick(kinds);
    const atMs = random.between(50, SPAN_MS);
    const client = random.chance(0.5) ? undefined : random.below(clients);
    if (kind === 'pause') return { atMs, kind, client, forMs: random.between(1, random.pick([50, 500, 4000])) };
    return { atMs, kind, client, byMs: random.between(-JUMP_MS_MAX, JUMP_MS_MAX) };
  });
}

const KINDS = [
  'cut',
  'shut',
  'kill',
  'power',
  'restart',
  'slow-disk',
  'full-disk',
  'failed-disk',
  'reconnect',
] as const;

/** All that a plan may hold. */
export const FAULT_KINDS = [...KINDS, 'move', 'pause', 'clock'] as const;

function faultOf(random: SeededRandom, kind: (typeof KINDS)[number], clients: number): PlannedFault {
  const atMs = random.between(50, SPAN_MS);
  const client = random.below(clients);
  const forMs = random.between(10, 1500);
  const downMs = random.between(1, 800);
  switch (kind) {
    case 'cut':
      return { atMs, kind, way: random.pick(CUT_WAYS), client: random.chance(0.3) ? undefined : client };
    case 'shut':
      return { atMs, kind, client, way: random.pick(['there', 'back', 'both']), forMs };
    case 'slow-disk':
      return { atMs, kind, forMs, syncMs: random.pick([30, 200]) };
    case 'full-disk':
      return { atMs, kind, forMs, roomBytes: random.below(5000) };
    case 'failed-disk':
      return { atMs, kind, killMs: random.between(1, 500) };
    case 'reconnect':
      return { atMs, kind, client };
    default:
      return { atMs, kind, downMs };
  }
}

/** In some runs the host is stopped in order and comes back at its other address, once or more often. */
export function movesOf(seed: number): PlannedFault[] {
  const random = new SeededRandom(seed, 'moves');
  const count = random.chance(0.15) ? 1 + random.below(3) : 0;
  return Array.from({ length: count }, () => ({
    atMs: random.between(50, SPAN_MS),
    kind: 'move',
    downMs: random.between(1, 500),
  }));
}
