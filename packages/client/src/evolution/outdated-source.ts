import { WeftError } from '@weft/base';
import type { Source } from '@weft/data';

/** DECLARATION_OUTDATED for a declaration older than the one before the stored one. */
export function outdatedDeclaration(type: string): WeftError<'DECLARATION_OUTDATED'> {
  return new WeftError(
    'DECLARATION_OUTDATED',
    `${type}: this declaration is two versions or more behind the stored one, and only the last before it is served; ` +
      `deploy the program with the present declaration.`,
    { details: { type } },
  );
}

/** What handles of a declaration that is not served any more find: it answers nothing. */
export function outdatedSource(type: string, partition: number): Source {
  const refuse = (): never => {
    throw outdatedDeclaration(type);
  };
  return {
    partition,
    rows: 0,
    bytes: 0,
    evicted: 0,
    account: () => undefined,
    isReady: true,
    queue: {
      take: refuse,
      seek: refuse,
      dead: refuse,
      revive: refuse,
      saved: refuse,
      readmitted: refuse,
      counts: () => undefined,
    },
    isSettled: true,
    settled: () => undefined,
    get: refuse,
    write: refuse,
    inserter: refuse,
    undoable: refuse,
    group: refuse,
    answerOf: refuse,
    lsnOf: refuse,
    watch: refuse,
    expiryOf: refuse,
    firstExpiryMs: Infinity,
    sweep: refuse,
    update: refuse,
    delete: refuse,
    clear: refuse,
    find: refuse,
    count: refuse,
    aggregate: refuse,
    change: refuse,
    deleteMany: refuse,
    evolve: refuse,
  };
}
