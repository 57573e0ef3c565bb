/** Test help: a type whose rows expire, and what its verbs mean, naively. */
import { defineType, t } from '@weft/data';

const TTL_MS = 5000;

export const Session = defineType(
  'Session',
  {
    id: t.int32(),
    group: t.int32(),
    code: t.int32().optional(),
    n: t.int32().index('ordered'),
    tag: t.string().index('hash'),
    version: t.version(),
  },
  { key: ['id', 'group'], routing: 'group', ttl: TTL_MS, indexes: [{ on: ['group', 'code'], kind: 'unique' }] },
);

export interface SessionInput {
  readonly id: number;
  readonly group: number;
  readonly code: number | undefined;
  readonly n: number;
  readonly tag: string;
}
export type SessionRow = SessionInput & { readonly version: number };
export type Ttl = number | 'never' | undefined;

interface Held {
  row: SessionRow;
  expiryMs: number;
}

/** Thrown where a verb is to fail with this code. */
export class Refused {
  readonly code: string;

  constructor(code: string) {
    this.code = code;
  }
}

export class SessionModel {
  readonly #clock: { readonly ms: number };
  #held = new Map<number, Held>();

  constructor(clock: { readonly ms: number }) {
    this.#clock = clock;
  }

  get rows(): SessionRow[] {
    return this.#present().map(({ row }) => row);
  }

  get(id: number): SessionRow | undefined {
    return this.#of(id)?.row;
  }

  /** Milliseconds that are left. */
  ttl(id: number): number | undefined {
    const held = this.#of(id);
    return held && held.expiryMs - this.#clock.ms;
  }

  write(input: SessionInput, ttl: Ttl, onConflict: 'replace' | 'fail'): SessionRow {
    const before = this.#of(input.id);
    if (before !== undefined && onConflict === 'fail') throw new Refused('KEY_EXISTS');
    this.#requireUnique(input);
    const row = { ...input, version: (before?.row.version ?? 0) + 1 };
    this.#held.set(input.id, { row, expiryMs: this.#expiry(ttl) });
    return row;
  }

  /** All of them or none. */
  whole(run: () => void): void {
    const before = new Map([...this.#held].map(([id, held]) => [id, { ...held }]));
    try {
      run();
    } catch (error) {
      this.#held = before;
      throw error;
    }
  }

  update(id: number, patch: Partial<SessionInput>, ttl: Ttl): SessionRow | undefined {
    const held = this.#of(id);
    if (held === undefined) return undefined;
    const row = { ...held.row, ...patch, version: held.row.version + 1 };
    this.#requireUnique(row);
    held.row = row;
    if (ttl !== undefined) held.expiryMs = this.#expiry(ttl);
    return row;
  }

  delete(id: number): boolean {
    const isThere = this.#of(id) !== undefined;
    this.#held.delete(id);
    return isThere;
  }

  clear(): void {
    this.#held.clear();
  }

  #expiry(ttl: Ttl): number {
    return ttl === 'never' ? Infinity : this.#clock.ms + (ttl ?? TTL_MS);
  }

  #requireUnique({ id, group, code }: SessionInput): void {
    const clash = this.rows.find((row) => row.id !== id && row.group === group && row.code === code);
    if (code !== undefined && clash !== undefined) throw new Refused('UNIQUE_VIOLATION');
  }

  #of(id: number): Held | undefined {
    const held = this.#held.get(id);
    return held !== undefined && held.expiryMs > this.#clock.ms ? held : undefined;
  }

  #present(): Held[] {
    return [...this.#held.keys()].flatMap((id) => this.#of(id) ?? []);
  }
}
