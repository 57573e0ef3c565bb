import { parseDuration } from '@weft/base';
import { resolveFind, resolveWhere, type CallOptions, type Predicate } from '@weft/data';
import type { RecordReader } from '@weft/log';
import { readPlain } from '@weft/protocol';
import type { Call } from '../call.ts';
import type { DeadLetter, WaitOptions } from '../queue/queue-api.ts';
import { rotated } from '../queue/take-rows.ts';
import type { Asker } from './asker.ts';
import type { Link } from './link.ts';
import { RowVerbCall } from './row-verb-call.ts';
import { StreamReader } from './stream-reader.ts';

type Letter = DeadLetter<never>;

/** The verbs of a type as a work queue, but for consumers. */
export class RemoteQueue {
  readonly #asker: Asker;
  #turn = 0;

  constructor(asker: Asker) {
    this.#asker = asker;
  }

  async take(where: unknown, options: WaitOptions | undefined): Promise<object | undefined> {
    const call = this.#asker.begin('take', options, ['wait']);
    const predicate = resolveWhere(this.#schema, where);
    const waitMs = this.#waitMs('take', options);
    const links = rotated(this.#asker.linksFor(predicate), this.#turn++);
    if (waitMs > 0) return this.#wait('take', links, predicate, waitMs, call);
    return this.#takeNow(links, predicate, call);
  }

  /** A `read` that waits. */
  async readWaiting(where: unknown, options: WaitOptions): Promise<object | undefined> {
    const call = this.#asker.begin('read', options, ['wait']);
    const predicate = resolveFind(this.#schema, where).where;
    return this.#wait('read', this.#asker.linksFor(predicate), predicate, this.#waitMs('read', options), call);
  }

  async deadLetters(where: unknown, options: CallOptions | undefined): Promise<Letter[]> {
    const call = this.#asker.begin('deadLetters', options, []);
    const predicate = resolveWhere(this.#schema, where);
    const { form } = this.#asker.type!;
    const read = (reader: RecordReader): Letter => {
      const row = form.whole.read(reader);
      return { row, ...(readPlain(reader) as object) } as Letter;
    };
    const request = { verb: 'deadLetters', args: { where: predicate }, read };
    const letters: Letter[] = [];
    for (const link of this.#asker.linksFor(predicate)) {
      const reader = new StreamReader(this.#asker, link, call, request);
      for (let batch = await reader.next(); batch !== undefined; batch = await reader.next()) letters.push(...batch);
    }
    return letters.sort((a, b) => a.at.getTime() - b.at.getTime());
  }

  async revive(key: unknown, options: CallOptions | undefined): Promise<boolean> {
    const call = this.#asker.begin('revive', options, []);
    const { keyCode } = this.#asker.type!.form;
    const checked = keyCode.checkLookup(key);
    const slot = keyCode.slotOf(checked);
    if (slot < 0) return false;
    const args = { key: keyCode.shown(checked) };
    return this.#asker.verb(this.#asker.parts.linkOf(slot), 'revive', args, { isWrite: true, call });
  }

  get #schema(): Parameters<typeof resolveFind>[0] {
    return this.#asker.type!.type.schema;
  }

  async #takeNow(links: readonly Link[], where: Predicate | undefined, call: Call): Promise<object | undefined> {
    const name = this.#asker.nameOf('take');
    for (const link of links) {
      const asked = new RowVerbCall({ name, type: this.#asker.type!, verb: 'take', args: { where }, isWrite: true });
      const row = await this.#asker.ask(link, asked, call);
      if (row !== undefined) return row;
    }
    return undefined;
  }

  #waitMs(verb: string, options: WaitOptions | undefined): number {
    const wait = options?.wait;
    return wait === undefined ? 0 : parseDuration(wait, `${this.#asker.nameOf(verb)}: wait`);
  }

  /**
   * In the line of the one host that may have the row. Of several hosts two could give one each: there it looks out for a row at all of them, and takes
   * one where it was seen, until it gets one before others do.
   */
  async #wait(
    kind: 'read' | 'take',
    links: readonly Link[],
    where: Predicate | undefined,
    waitMs: number,
    call: Call,
  ): Promise<object | undefined> {
    if (links.length === 1 || kind === 'read') return (await this.#first(kind, links, where, waitMs, call))?.row;
    const { clock } = this.#asker.parts.host;
    const untilMs = clock.monotonicMs() + waitMs;
    for (;;) {
      const seen = await this.#first('read', links, where, Math.max(0, untilMs - clock.monotonicMs()), call);
      const row = seen && (await this.#takeNow([seen.link], where, call));
      if (row !== undefined || seen === undefined || clock.monotonicMs() >= untilMs) return row;
    }
  }

  /** The first row that one of the hosts gives, and which that is. */
  async #first(
    kind: 'read' | 'take',
    links: readonly Link[],
    where: Predicate | undefined,
    waitMs: number,
    call: Call,
  ): Promise<Seen | undefined> {
    const { form } = this.#asker.type!;
    const read = (reader: RecordReader): object => form.whole.read(reader);
    const isTaking = kind === 'take' ? { isTaking: true as const } : {};
    const request = { verb: 'wait', args: { kind, where, waitMs }, read, window: 1, patienceMs: waitMs, ...isTaking };
    const places = links.map((link) => ({ link, reader: new StreamReader(this.#asker, link, call, request) }));
    try {
      return await firstOf(places);
    } finally {
      for (const { reader } of places) void reader.close();
    }
  }
}

interface Seen {
  readonly row: object;
  readonly link: Link;
}

/** The first row of any; undefined once all have ended without one. */
function firstOf(
  places: readonly { readonly link: Link; readonly reader: StreamReader<object> }[],
): Promise<Seen | undefined> {
  return new Promise((resolve, reject) => {
    let left = places.length;
    for (const { link, reader } of places) {
      reader.next().then((batch) => {
        left--;
        const row = batch?.[0];
        if (row !== undefined) resolve({ row, link });
        else if (left === 0) resolve(undefined);
      }, reject);
    }
  });
}
