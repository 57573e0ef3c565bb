import { prepareLists, type KeyCode, type Predicate, type Run, type RowWork, type Source } from '@weft/data';
import { chainRows } from '../merge-rows.ts';
import type { Router, Runs } from '../router.ts';
import { together } from '../together.ts';

/**
 * The rows that match, as events, as of the turn in which `begin` is called: what is changed behind it is not among them, and what was changed before
 * is. Rows whose time is over and that were not removed yet are among them, as they are for everybody who heard them come: their `expire` is still to come.
 */
export function* initialEvents(router: Router, where: Predicate | undefined, runs: Runs, begin: () => void): RowWork {
  yield* prepareLists(router.schema, where, runs.slice);
  const plan = where === undefined ? {} : { where };
  const keyOf = eventKey(router.keyCode);
  let isBegun = false;
  const open = (source: Source, run: Run): RowWork => {
    if (!isBegun) begin();
    isBegun = true;
    return asEvents(source.find(plan, { ...runs.of(source), ...run, momentMs: -Infinity }), source.partition, keyOf);
  };
  yield* together(router.sourcesFor(where), router.pace(runs), open, (works) => chainRows(works, 0, Infinity));
}

function* asEvents(work: RowWork, partition: number, keyOf: (row: object) => unknown): RowWork {
  try {
    for (const batch of work) {
      yield batch?.map((after) =>
        Object.freeze({ type: 'initial', key: keyOf(after), after: Object.freeze(after), partition }),
      );
    }
  } finally {
    work.return();
  }
}

/** As `KeyCode.shown` has it; undefined where the key is hidden. */
function eventKey({ columns }: KeyCode): (row: object) => unknown {
  const names = columns.map(({ name }) => name);
  if (columns.some(({ role }) => role === 'hiddenKey')) return () => undefined;
  const [first] = names;
  if (names.length === 1) return (row) => (row as Row)[first!];
  return (row) => Object.fromEntries(names.map((name) => [name, (row as Row)[name]]));
}

type Row = Readonly<Record<string, unknown>>;
