import type { TypeSchema } from '@weft/data';

/** Whose records hold rows whole, as they were and as they are: of types whose declaration, subscribers or consumer groups ask for it. */
export class WholeRows {
  /** By type: how many ask. */
  readonly #asking = new Map<string, number>();
  /** By type: ends what is asked for its consumer groups. */
  readonly #endOfGroups = new Map<string, () => void>();

  has({ name, log }: TypeSchema): boolean {
    return log !== undefined || (this.#asking.get(name) ?? 0) > 0;
  }

  /** Asks for them, of one type, until the returned function is called, which is to be done once. */
  want(type: string): () => void {
    this.#asking.set(type, (this.#asking.get(type) ?? 0) + 1);
    return () => this.#asking.set(type, this.#asking.get(type)! - 1);
  }

  /** While a type has consumer groups, somebody will want what its rows were. */
  wantForGroups(type: string, groups: number): void {
    const end = this.#endOfGroups.get(type);
    if (groups > 0 && end === undefined) this.#endOfGroups.set(type, this.want(type));
    if (groups > 0 || end === undefined) return;
    end();
    this.#endOfGroups.delete(type);
  }
}
