/** What a person reads at the end of a suite. */
import { median } from './ratio.ts';
import type { Result } from './results.ts';
import { formatTable } from './table.ts';

export function formatReport(result: Result): string[] {
  const { suite, machine, reps, cases, notes, elapsedSeconds } = result;
  const missed = cases.filter(({ met }) => !met);
  return [
    '',
    `${suite}: ${reps} repetitions in ${elapsedSeconds.toFixed(0)} s`,
    `${machine.cpu}, ${machine.cores} cores, ${machine.memoryGiB} GiB, ${machine.os}, Node ${machine.node}, commit ${machine.commit}`,
    `load average before ${machine.loadAverage.join(' ')}; ${otherWork(result.otherCores)}`,
    '',
    ...formatTable(cases),
    '',
    ...notes,
    missed.length === 0
      ? 'Every must is met.'
      : `Missed: ${missed.map(({ name, peerName }) => `${name} against ${peerName}`).join('; ')}.`,
  ];
}

function otherWork(cores: readonly number[]): string {
  if (cores.length === 0) return 'other work not measured';
  return `other work used ${median(cores).toFixed(2)} cores (median; most ${Math.max(...cores).toFixed(2)})`;
}
