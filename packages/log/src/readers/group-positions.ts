/** How far the consumer groups of each type are in one partition, as its log says. */
export class GroupPositions {
  readonly #ofType = new Map<string, Map<string, number>>();

  get(type: string, group: string): number | undefined {
    return this.#ofType.get(type)?.get(group);
  }

  /** Groups of a type. */
  count(type: string): number {
    return this.#ofType.get(type)?.size ?? 0;
  }

  /** Whether no type has any. */
  get isEmpty(): boolean {
    return this.#ofType.size === 0;
  }

  /** For the log alone: see its `knowGroup`. -1: the group is gone. */
  set(type: string, group: string, position: number): void {
    const groups = this.#ofType.get(type) ?? new Map<string, number>();
    if (position < 0) groups.delete(group);
    else groups.set(group, position);
    if (groups.size > 0) this.#ofType.set(type, groups);
    else this.#ofType.delete(type);
  }

  /** All of them, for a snapshot. */
  *all(): Generator<{ readonly type: string; readonly group: string; readonly position: number }> {
    for (const [type, groups] of this.#ofType) for (const [group, position] of groups) yield { type, group, position };
  }
}
