/** What the `recover` suite measures, and how much it must be. */
import { judge, type JudgedCase } from '../harness/case.ts';
import type { Recovered } from '../harness/recover-child.ts';

const MUST_BYTES_PER_SECOND = 100e6;
const AIM_BYTES_PER_SECOND = 300e6;
/** Peak of memory over that of the grid at rest. */
const PEAK_MAX = 1.2;

/** One figure per repetition. */
export function recoverCases(runs: readonly Recovered[], label: string): JudgedCase[] {
  return [
    {
      ...judge({
        name: `restart, ${label}`,
        peerName: 'bound of 100 MB/s',
        ours: runs.map(({ dataBytes, seconds }) => dataBytes / seconds),
        theirs: runs.map(() => MUST_BYTES_PER_SECOND),
        must: 1,
        aim: AIM_BYTES_PER_SECOND / MUST_BYTES_PER_SECOND,
      }),
      unit: 'bytes of rows a second',
    },
    {
      ...judge({
        name: `peak memory, ${label}`,
        peerName: `bound of ${PEAK_MAX} of steady`,
        ours: runs.map(({ steadyBytes, peakBytes }) => steadyBytes / peakBytes),
        theirs: runs.map(() => 1 / PEAK_MAX),
        must: 1,
      }),
      unit: 'steady over peak',
    },
  ];
}
