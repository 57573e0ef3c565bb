import { parseDuration, WeftError } from '@weft/base';
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
    if (waitMs > 0) return this.#wait({ kind: 'take', links, where: predicate, waitMs, call });
    return this.#takeNow(links, predicate, call);
  }

  /** A `read` that waits. */
  async readWaiting(where: unknown, options: WaitOptions): Promise<object | undefined> {
    const call = this.#asker.begin('read', options, ['wait']);
    const predicate = resolveFind(this.#schema, where).where;
    const links = this.#asker.linksFor(predicate);
    return this.#wait({ kind: 'read', links, where: predicate, waitMs: this.#waitMs('read', options), call });
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
  async #wait({ kind, links, where, waitMs, call }: Wait): Promise<object | undefined> {
    const { clock } = this.#asker.parts.host;
    const untilMs = clock.monotonicMs() + waitMs;
    const wait = { as: kind, where, untilMs, call };
    if (links.length === 1 || kind === 'read') return (await this.#first(links, { ...wait, kind }))?.row;
    for (;;) {
      const seen = await this.#first(links, { ...wait, kind: 'read' });
      const row = seen && (await this.#takeNow([seen.link], where, call));
      if (row !== undefined || seen === undefined || clock.monotonicMs() >= untilMs) return row;
    }
  }

  /** The first row that one of the hosts gives, and which that is; undefined once all have ended without one. */
  async #first(links: readonly Link[], look: Look): Promise<Seen | undefined> {
    const open = new Map<Link, StreamReader<object>>();
    try {
      return await new Promise((resolve, reject) => {
        let left = links.length;
        for (const link of links)
          this.#look(link, look, open).then((row) => {
            left--;
            if (row !== undefined) resolve({ row, link });
            else if (left === 0) resolve(undefined);
          }, reject);
      });
    } finally {
      for (const reader of open.values()) void reader.close();
    }
  }

  /** At one host. Where that stops, or is lost before it could take a row, the wait goes on at the one that comes after it. */
  async #look(link: Link, look: Look, open: Map<Link, StreamReader<object>>): Promise<object | undefined> {
    const { kind, as, where, untilMs, call } = look;
    const { parts, type } = this.#asker;
    const { whole } = type!.form;
    for (;;) {
      const waitMs = Math.max(0, untilMs - parts.host.clock.monotonicMs());
      const reader = new StreamReader<object>(this.#asker, link, call, {
        verb: 'wait',
        as,
        args: { kind, where, waitMs },
        read: (of) => whole.read(of),
        window: 1,
        patienceMs: waitMs,
        isTaking: kind === 'take',
      });
      open.set(link, reader);
      try {
        return (await reader.next())?.[0];
      } catch (error) {
        if (!WeftError.is(error, 'HOST_STOPPING') && !WeftError.is(error, 'UNREACHABLE')) throw error;
      }
    }
  }
}

interface Wait {
  readonly kind: 'read' | 'take';
  readonly links: readonly Link[];
  readonly where: Predicate | undefined;
  readonly waitMs: number;
  readonly call: Call;
}

/** For one row. */
interface Look {
  readonly kind: 'read' | 'take';
  /** The verb as the caller knows it. */
  readonly as: string;
  readonly where: Predicate | undefined;
  readonly untilMs: number;
  readonly call: Call;
}

interface Seen {
  readonly row: object;
  readonly link: Link;
}
