import {
  translateWhere,
  whereOf,
  type DeadRow,
  type Key,
  type OldView,
  type Predicate,
  type QueueCounts,
  type QueueRun,
  type QueueSource,
  type Seeker,
  type Seeking,
  type Work,
} from '@weft/data';

/** A queue of the stored declaration as the one before it sees it. */
export class VersionedQueue implements QueueSource {
  readonly #view: OldView;
  readonly #inner: QueueSource;

  constructor(view: OldView, inner: QueueSource) {
    this.#view = view;
    this.#inner = inner;
  }

  *take(where: Predicate | undefined, run: QueueRun = {}): Work<object | undefined> {
    const translated = translateWhere(this.#view, where);
    if (translated === false) return undefined;
    return yield* this.#inner.take(whereOf(translated).where, { ...run, show: this.#show });
  }

  seek(seeking: Seeking): Seeker {
    const translated = translateWhere(this.#view, seeking.where);
    // Of rows that can never match none is wanted; whether the declaration changes again is still to be heard.
    const wanted = translated === false ? () => 0 : () => seeking.wanted();
    const where = translated === false ? undefined : whereOf(translated).where;
    const { kind, leaseMs, maxTries, lost, died } = seeking;
    const seeker = this.#inner.seek({
      kind,
      where,
      group: seeking.group === undefined ? undefined : this.#view.column(seeking.group).now?.name,
      leaseMs,
      maxTries,
      show: this.#show,
      wanted,
      give: (row, holding) => seeking.give(row, holding),
      lost,
      died,
      fail: (error) => seeking.fail(error),
      restart: () => seeking.restart(),
    });
    if (translated !== false) return seeker;
    return { isCaughtUp: true, resume: () => undefined, end: () => seeker.end() };
  }

  *dead(where: Predicate | undefined, run: QueueRun = {}): Work<DeadRow[]> {
    const translated = translateWhere(this.#view, where);
    if (translated === false) return [];
    return yield* this.#inner.dead(whereOf(translated).where, { ...run, show: this.#show });
  }

  revive(key: Key): boolean {
    return this.#inner.revive(key);
  }

  saved(): Promise<void> | undefined {
    return this.#inner.saved();
  }

  readmitted(): Promise<void> | undefined {
    return this.#inner.readmitted();
  }

  counts(): QueueCounts | undefined {
    return this.#inner.counts();
  }

  readonly #show = (row: object): object => this.#view.show(row as Readonly<Record<string, unknown>>);
}
