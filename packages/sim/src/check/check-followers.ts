import type { RegisterState, Segment, Violation } from './history.ts';
import { stateKey } from './register.ts';

/**
 * Who hears of changes hears of each once and in its order, however often the way to the host was cut or the host started again: each change of a row begins
 * with what the one before had left, and positions only rise.
 */
export function checkFollowers(segments: readonly Segment[]): Violation[] {
  const clients = [...new Set(segments.map(({ client }) => client))];
  return clients.flatMap((client) => new Follow(client).all(segments.filter((segment) => segment.client === client)));
}

class Follow {
  readonly #client: number;
  readonly #violations: Violation[] = [];
  readonly #rows = new Map<string, RegisterState>();
  readonly #lsns = new Map<number, number>();

  constructor(client: number) {
    this.#client = client;
  }

  all(segments: readonly Segment[]): Violation[] {
    for (const segment of segments) this.#segment(segment);
    return this.#violations;
  }

  #segment({ goesOn, events }: Segment): void {
    if (!goesOn) {
      this.#rows.clear();
      this.#lsns.clear();
    }
    for (const { type, key, partition, lsn, before, after } of events) {
      if (type === 'live') continue;
      if (key === undefined || partition === undefined) return this.#broken(`an event ${type} that nobody made`);
      if (type === 'initial') this.#initial(key, after);
      else {
        this.#rises(partition, lsn!);
        this.#follows(`${type} of ${key} at ${partition}/${lsn}`, key, before);
        this.#rows.set(key, after);
      }
    }
  }

  #initial(key: string, after: RegisterState): void {
    if (this.#rows.has(key)) this.#broken(`the row ${key} was given twice`);
    this.#rows.set(key, after);
  }

  #rises(partition: number, lsn: number): void {
    const last = this.#lsns.get(partition) ?? 0;
    if (lsn <= last) this.#broken(`${partition}/${lsn} came behind ${partition}/${last}`);
    this.#lsns.set(partition, lsn);
  }

  #follows(name: string, key: string, before: RegisterState): void {
    const known = this.#rows.get(key);
    if (stateKey(known) === stateKey(before)) return;
    this.#broken(`${name} changes ${stateKey(before) || 'nothing'}, and it was ${stateKey(known) || 'nothing'}`);
  }

  #broken(text: string): void {
    this.#violations.push({ check: 'events', text: `client ${this.#client}: ${text}` });
  }
}
