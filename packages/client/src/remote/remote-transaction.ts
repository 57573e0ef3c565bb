import { WeftError } from '@weft/base';
import { partitionOf, SLOTS, type Key, type Predicate } from '@weft/data';
import { readPlain } from '@weft/protocol';
import type { Call } from '../call.ts';
import { slotOfCall } from '../idempotency/idempotency-id.ts';
import { slotFixedBy } from '../fixed-slot.ts';
import { asksAllPartitions } from '../transaction/home-partition.ts';
import type { AskerParts } from './asker.ts';
import { collected } from './collected.ts';
import type { Link } from './link.ts';
import { RemoteStream } from './remote-stream.ts';
import { READ_WINDOW } from './stream-reader.ts';
import type { RemoteType } from './remote-type.ts';

const NAME = 'grid.transaction';

export interface RemoteTransactionParts {
  readonly asker: AskerParts;
  /** Of the grid, over all hosts. */
  readonly partitions: number;
  readonly call: Call;
  readonly idempotencyId: string | undefined;
}

/** One run of a transaction's callback: open at the one host that has its rows, which is the first that it asks anything of. */
export class RemoteTransaction {
  readonly #parts: RemoteTransactionParts;
  #link: Link | undefined;
  /** What decided where it is. */
  #first = '';
  #partition = -1;
  #stream: RemoteStream<never> | undefined;
  #isEnded = false;
  #isLost = false;

  constructor(parts: RemoteTransactionParts) {
    this.#parts = parts;
  }

  /** Whether its host was lost, and it with it: nothing of it was done. */
  get isLost(): boolean {
    return this.#isLost;
  }

  /** Opens it at this host; its answer, as text, where a transaction with its id was answered before. */
  async open(link: Link): Promise<string | undefined> {
    const stream = this.#open(link);
    const { answer } = (await stream.opened) as { readonly answer: string | undefined };
    return answer;
  }

  /** It may be open elsewhere: nothing was asked of it here. */
  leave(): void {
    void this.#stream?.close();
    this.#stream = undefined;
    this.#link = undefined;
  }

  /** Throws TRANSACTION_ENDED. */
  check(verb: string): void {
    if (this.#isEnded)
      throw new WeftError(
        'TRANSACTION_ENDED',
        `${verb}: the transaction of this handle has ended, and nothing was done.`,
      );
  }

  /** It is about the row with this key. Throws TRANSACTION_SPANS_PARTITIONS. */
  enterKey(type: RemoteType, slot: number, key: Key): void {
    this.#enter(slot, `${type.type.name} with ${type.form.keyCode.describe(key)}`);
  }

  /** It is about all rows that match. Throws TRANSACTION_SPANS_PARTITIONS where several hosts may have some. */
  enterWhere({ type: { schema, name }, form }: RemoteType, where: Predicate | undefined): void {
    const { links } = this.#parts.asker;
    if (links.length === 1) return;
    const slot = slotFixedBy(schema, form.keyCode, where);
    if (slot !== undefined) return this.#enter(slot, `a condition on ${name}`);
    throw asksAllPartitions(NAME, schema, this.#parts.partitions);
  }

  /** Asks its host, in the order of the calls. Throws TRANSACTION_ENDED, TRANSACTION_CONFLICT where the host was lost, and what the host says. */
  async verb(type: RemoteType, verb: string, args: object): Promise<unknown> {
    this.check(`${type.type.name}.${verb}`);
    const stream = this.#stream ?? this.#open(this.#link ?? this.#anyLink());
    return this.#ask(stream, `${type.type.name}.${verb}`, { verb, args, type, isWrite: false });
  }

  /** The same for a verb that is answered by a list, however long. */
  async list(type: RemoteType, verb: string, args: object): Promise<unknown[]> {
    const name = `${type.type.name}.${verb}`;
    this.check(name);
    const { host } = this.#parts.asker;
    const link = this.#link ?? this.#anyLink();
    const stream = this.#stream ?? this.#open(link);
    const deadlineMs = this.#deadlineMs;
    const request = {
      name,
      type,
      verb: 'ask',
      args: stream.about(verb, args),
      window: READ_WINDOW,
      deadlineMs,
      read: readPlain,
    };
    return this.#heard(stream, () =>
      collected<unknown>(link, request, host.timers, deadlineMs - host.clock.monotonicMs()),
    );
  }

  /** Nothing more is read or written. */
  end(): void {
    this.#isEnded = true;
  }

  /** What was written is done, all of it, or it throws. `answer`: as text, where it is to be kept; another one comes back where one was kept before. */
  async commit(answer: string | undefined): Promise<string | undefined> {
    const stream = this.#stream;
    if (stream === undefined) return undefined;
    const kept = await this.#ask(stream, NAME, { verb: 'commit', args: { answer }, isWrite: true });
    return kept as string | undefined;
  }

  /** Nothing of it is done. Throws TRANSACTION_CONFLICT where others have changed what it read. */
  async abort(): Promise<void> {
    const stream = this.#stream;
    if (stream !== undefined) await this.#ask(stream, NAME, { verb: 'abort', args: {}, isWrite: false });
  }

  close(): void {
    this.#isEnded = true;
    void this.#stream?.close();
  }

  /** Nothing has said yet where it is. A repeated call must find the same host. */
  #anyLink(): Link {
    const { asker, idempotencyId: id } = this.#parts;
    return asker.linkOf(id === undefined ? 0 : slotOfCall({ name: NAME, id }, SLOTS));
  }

  #enter(slot: number, what: string): void {
    const { asker, partitions } = this.#parts;
    const link = asker.linkOf(slot);
    const partition = partitionOf(slot, partitions);
    if (this.#link !== undefined && this.#link !== link)
      throw new WeftError(
        'TRANSACTION_SPANS_PARTITIONS',
        `${NAME}: ${what} lies in partition ${partition}; the others are ${this.#partition < 0 ? 'at another host' : `in partition ${this.#partition}, where ${this.#first} came first`}.`,
        {
          hint: 'Give rows that change together one routing value: declare a common column as routing of both types.',
          details: { first: this.#first, other: what, partition: this.#partition },
        },
      );
    if (this.#partition >= 0) return;
    this.#link = link;
    this.#partition = partition;
    this.#first = what;
  }

  #open(link: Link): RemoteStream<never> {
    const { asker, call, idempotencyId } = this.#parts;
    const nowMs = asker.host.clock.monotonicMs();
    const untilMs = call.deadlineMs === Infinity ? nowMs + asker.timeoutMs : call.deadlineMs;
    this.#link = link;
    this.#stream = new RemoteStream<never>(link, {
      name: NAME,
      type: undefined,
      verb: 'transaction',
      args: { timeoutMs: Math.max(1, untilMs - nowMs), idempotencyId },
      window: 1,
      deadlineMs: untilMs,
      read: () => undefined as never,
      onReady: () => undefined,
      onForgotten: () => {
        this.#isLost = true;
      },
    });
    return this.#stream;
  }

  async #ask(stream: RemoteStream<never>, name: string, how: AskHow): Promise<unknown> {
    const { verb, args, isWrite, type } = how;
    return this.#heard(stream, () => stream.ask(name, verb, args, { isWrite, deadlineMs: this.#deadlineMs, type }));
  }

  get #deadlineMs(): number {
    const { asker, call } = this.#parts;
    return call.deadlineMs === Infinity ? asker.host.clock.monotonicMs() + asker.timeoutMs : call.deadlineMs;
  }

  /** What the host answers. Throws TRANSACTION_CONFLICT where it was lost. */
  async #heard<R>(stream: RemoteStream<never>, ask: () => Promise<R>): Promise<R> {
    try {
      return await ask();
    } catch (error) {
      if (!WeftError.is(error, 'UNREACHABLE') && !WeftError.is(error, 'CLOSED')) throw error;
      // It was refused, or its host has let go of it.
      if (stream.error !== undefined) throw stream.error;
      this.#isLost = true;
      throw lost();
    }
  }
}

interface AskHow {
  readonly verb: string;
  readonly args: object;
  readonly isWrite: boolean;
  readonly type?: RemoteType;
}

function lost(): WeftError {
  return new WeftError('TRANSACTION_CONFLICT', `${NAME}: its host was lost, and nothing of it is applied.`);
}
