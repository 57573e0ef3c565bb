import type { PartitionExplain } from './plan.ts';

/** What one partition did for an answer, counted while it works. */
export interface ScanCounters {
  access: PartitionExplain['access'];
  index: string | undefined;
  evaluator: 'kernel' | 'rows' | undefined;
  pagesTotal: number;
  pagesSkipped: number;
  rowsRead: number;
  rowsMatched: number;
}

export function newCounters(): ScanCounters {
  return {
    access: 'scan',
    index: undefined,
    evaluator: undefined,
    pagesTotal: 0,
    pagesSkipped: 0,
    rowsRead: 0,
    rowsMatched: 0,
  };
}

export function explainPartition(partition: number, counters: ScanCounters): PartitionExplain {
  const { access, index, evaluator, pagesTotal, pagesSkipped, rowsRead, rowsMatched } = counters;
  return {
    partition,
    access,
    ...(index === undefined ? {} : { index }),
    ...(evaluator === undefined ? {} : { evaluator }),
    pagesTotal,
    pagesSkipped,
    rowsRead,
    rowsMatched,
  };
}
