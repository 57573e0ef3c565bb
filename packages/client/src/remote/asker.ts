import type { WeftError } from '@weft/base';
import { checkOptionNames, type CallOptions, type Explain, type Predicate } from '@weft/data';
import { Call, closedError } from '../call.ts';
import { slotFixedBy } from '../fixed-slot.ts';
import type { Host } from '../host.ts';
import type { UnderWay } from '../under-way.ts';
import { joinExplains } from './lazy-answer.ts';
import type { Link } from './link.ts';
import { VerbCall } from './point-calls.ts';
import type { AnyCall, RemoteCall } from './remote-call.ts';
import type { RemoteType } from './remote-type.ts';

/** What the calls of one grid have in common. */
export interface AskerParts {
  readonly host: Host;
  readonly links: readonly Link[];
  /** The first partition of each. */
  readonly firstPartitions: readonly number[];
  /** The host that holds a slot. */
  readonly linkOf: (slot: number) => Link;
  /** How long a call waits that does not say so itself. */
  readonly timeoutMs: number;
  /** Fires when the grid is closed. */
  readonly closing: AbortSignal;
  readonly lifetime: { readonly isClosed: boolean };
  readonly underWay: UnderWay;
}

/** Begins calls and sends them to the hosts that they are for. */
export class Asker {
  readonly parts: AskerParts;
  readonly type: RemoteType | undefined;
  /** For messages: the type, or `grid`. */
  readonly #prefix: string;

  constructor(parts: AskerParts, type: RemoteType | undefined) {
    this.parts = parts;
    this.type = type;
    this.#prefix = type?.type.name ?? 'grid';
  }

  nameOf(verb: string): string {
    return `${this.#prefix}.${verb}`;
  }

  /** Throws CLOSED. */
  checkOpen(verb: string): void {
    if (this.parts.lifetime.isClosed) throw closedError(this.nameOf(verb));
  }

  /**
   * Begins a call. `others`: the options of the verb beside signal and timeout, absent where somebody else checks them.
   * Throws OPTION_INVALID, ABORTED, TIMEOUT, CLOSED.
   */
  begin(verb: string, options: CallOptions | undefined, others?: readonly string[]): Call {
    const { host, closing } = this.parts;
    this.checkOpen(verb);
    const name = this.nameOf(verb);
    if (options !== undefined && others !== undefined)
      checkOptionNames(name, options, ['signal', 'timeout', ...others]);
    return new Call(name, options, host, closing);
  }

  /** The hosts that may hold rows that match. */
  linksFor(where: Predicate | undefined): readonly Link[] {
    const { links, linkOf } = this.parts;
    const type = this.type;
    if (links.length === 1 || type === undefined) return links;
    const slot = slotFixedBy(type.type.schema, type.form.keyCode, where);
    return slot === undefined ? links : [linkOf(slot)];
  }

  /** A verb at one host. */
  verb<R>(link: Link, verb: string, args: object, how: VerbHow): Promise<R> {
    const call = new VerbCall<R>(this.nameOf(how.as ?? verb), this.type, verb, args, how.isWrite);
    call.idempotencyId = how.id;
    return this.ask(link, call, how.call, how.mostMs);
  }

  /** How several hosts find an answer: their partitions by their numbers in the space. */
  async explain(links: readonly Link[], verb: string, args: object, how: VerbHow): Promise<Explain> {
    const { links: all, firstPartitions } = this.parts;
    const ask = async (link: Link): Promise<Explain> => {
      const told = await this.verb<Explain>(link, verb, args, how);
      const first = firstPartitions[all.indexOf(link)]!;
      return { ...told, partitions: told.partitions.map((part) => ({ ...part, partition: first + part.partition })) };
    };
    return joinExplains(await Promise.all(links.map(ask)));
  }

  /** Sends a call to a host. It ends by its deadline, whatever becomes of the host. */
  ask<R>(link: Link, call: RemoteCall<R>, started: Call | undefined, mostMs?: number): Promise<R> {
    const { timeoutMs, underWay } = this.parts;
    const untilMs = started?.deadlineMs ?? Infinity;
    call.deadlineMs = untilMs === Infinity ? link.nowMs + (mostMs ?? timeoutMs) : untilMs;
    call.underWay = underWay;
    underWay.begin();
    if (started === undefined) link.ask(call);
    else this.#askStoppable(link, call, started);
    return call.promise;
  }

  #askStoppable(link: Link, call: AnyCall, started: Call): void {
    const off = started.onAbort((error) => this.#stop(link, call, error));
    link.ask(call);
    if (off !== undefined) call.promise.then(off, off);
  }

  /** What may have been done is not said to be stopped: its host tells, at once or never. */
  #stop(link: Link, call: AnyCall, error: WeftError): void {
    if (!link.cancel(call) && call.isWrite) call.deadlineMs = this.parts.host.clock.monotonicMs();
    else call.fail(error);
  }
}

export interface VerbHow {
  readonly isWrite: boolean;
  readonly call: Call | undefined;
  /** How long it may take where the caller says nothing; as long as other calls unless given. */
  readonly mostMs?: number;
  /** Idempotency id. */
  readonly id?: string | undefined;
  /** The verb as the caller knows it. */
  readonly as?: string;
}
