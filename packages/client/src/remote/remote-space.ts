import { WeftError } from '@weft/base';
import {
  compilePatch,
  resolveAggregate,
  resolveChange,
  resolveFind,
  resolveTarget,
  resolveWhere,
  RowLimits,
  SLOTS,
  type AnyType,
  type CallOptions,
  type Key,
  type Patch,
  type Predicate,
} from '@weft/data';
import type { Answer, OnceOptions, Query, Space, UpdateOptions, WriteManyOptions, WriteOptions } from '../api.ts';
import type { WriteManyResult } from '../api.ts';
import { keyList, patchObject, rowObject, updateOptions, writeManyOptions, writeOptions } from '../arguments.ts';
import type { Call } from '../call.ts';
import { namedCall, slotOfCall } from '../idempotency/idempotency-id.ts';
import { lazily } from '../lazily.ts';
import { partlyDone } from '../partly-done.ts';
import type { ConsumeOptions, Consumer, DeadLetter, WaitOptions } from '../queue/queue-api.ts';
import { RowPlacer } from '../row-placer.ts';
import type { SubscribeOptions, Subscription } from '../subscribe/events.ts';
import { subscribeOptions } from '../subscribe/subscribe-options.ts';
import { Asker, type AskerParts } from './asker.ts';
import { getMany } from './get-many.ts';
import { openConsumer } from './open-consumer.ts';
import type { Link } from './link.ts';
import type { WriteFlags } from '@weft/protocol';
import { DeleteCall, GetCall, UpdateCall, WriteCall } from './point-calls.ts';
import { aggregateAnswer, countAnswer } from './remote-answers.ts';
import type { RemoteCall } from './remote-call.ts';
import { RemoteQuery } from './remote-query.ts';
import { RemoteQueue } from './remote-queue.ts';
import { RemoteSubscription } from './remote-subscription.ts';
import type { RemoteType } from './remote-type.ts';
import { remoteWriteMany } from './remote-write-many.ts';
import { RowStage, type StagedFor } from './row-stage.ts';
import { RowVerbCall } from './row-verb-call.ts';
import { NamedWriteCall } from './write-many-call.ts';

export interface RemoteSpaceParts extends AskerParts {
  readonly type: RemoteType;
  /** Of the grid, over all hosts. */
  readonly partitions: number;
  /** Another type of the grid. */
  readonly spaceOf: (type: AnyType) => RemoteSpace;
}

/** The asynchronous verbs of a type whose rows are elsewhere. The static types are those of `Space<T>`. */
export class RemoteSpace {
  readonly type: AnyType;
  readonly #parts: RemoteSpaceParts;
  readonly #asker: Asker;
  readonly #placer: RowPlacer;
  readonly #stage: RowStage;
  readonly #patchOf: (patch: object) => Patch;
  readonly #queue: RemoteQueue;
  readonly #getName: string;
  readonly #writeName: string;
  /** Where all rows are, and no key says that there is no such row. */
  readonly #onlyLink: Link | undefined;
  /** Where there are several hosts. */
  readonly #limits: RowLimits | undefined;

  constructor(parts: RemoteSpaceParts) {
    const { type, host, links, linkOf } = parts;
    const { schema } = type.type;
    this.type = type.type;
    this.#parts = parts;
    this.#asker = new Asker(parts, type);
    this.#placer = new RowPlacer(schema, type.form.keyCode, host);
    this.#stage = new RowStage(type, this.#placer, links, linkOf);
    this.#patchOf = compilePatch(schema);
    this.#queue = new RemoteQueue(this.#asker);
    this.#getName = this.#asker.nameOf('get');
    this.#writeName = this.#asker.nameOf('write');
    this.#limits = links.length === 1 ? undefined : new RowLimits(schema, type.form.keyCode);
    this.#onlyLink = links.length === 1 && !type.form.keyCode.isSlotInId ? links[0] : undefined;
  }

  /** As `get`: no promise but the one of the call. */
  write(row: object, options?: WriteOptions): Promise<object> {
    try {
      return options === undefined ? this.#write(row, PLAIN_WRITE, undefined) : this.#writeSo(row, options);
    } catch (error) {
      return Promise.reject(error as Error);
    }
  }

  #writeSo(row: object, options: WriteOptions): Promise<object> {
    const call = this.#asker.begin('write', options);
    const named = namedCall<WriteOptions>(this.#writeName, options);
    if (named !== undefined) return this.#writeNamed(row, named, call);
    const { onConflict, ttl } = writeOptions(this.type, options);
    return this.#write(row, { isNew: onConflict === 'fail', ttlMs: ttl === 'never' ? Infinity : ttl }, call);
  }

  #write(row: object, flags: WriteFlags, call: Call | undefined): Promise<object> {
    this.#asker.checkOpen('write');
    const { values, link } = this.#stage.stage(rowObject(this.type, row));
    return this.#asker.ask(link, new WriteCall(this.#writeName, this.#parts.type, values, flags), call);
  }

  /** The id is the host's to make: a repeated call must be the same, whatever ids the client makes. */
  async #writeNamed(row: object, named: NonNullable<ReturnType<typeof namedCall>>, call?: Call): Promise<object> {
    const { onConflict, ttl } = writeOptions(this.type, named.rest);
    const values = this.#stage.check(rowObject(this.type, row));
    const { keyCode } = this.#parts.type.form;
    const { routing } = this.type.schema;
    const slot = this.#placer.isFree(values) ? slotOfCall(named.call, SLOTS) : keyCode.slotOfRouting(values[routing]);
    const asked = new NamedWriteCall({
      name: this.#asker.nameOf('write'),
      type: this.#parts.type,
      verb: 'write',
      args: { onConflict, ttl },
      rows: [values],
    });
    asked.idempotencyId = named.call.id;
    return this.#asker.ask(this.#parts.linkOf(slot), asked, call);
  }

  async writeMany(
    rows: Iterable<object> | AsyncIterable<object>,
    options?: WriteManyOptions,
  ): Promise<WriteManyResult> {
    const call = this.#asker.begin('writeMany', options);
    const many = writeManyOptions(this.type, options);
    const request = { asker: this.#asker, call, options: many, stage: (row: object) => this.#stageOfMany(row) };
    return this.#parts.underWay.track(remoteWriteMany(request, rows));
  }

  /** Of several hosts one does not know what another refuses, and those behind a bad row are not to be written: so its size is looked at here. */
  #stageOfMany(row: object): StagedFor {
    const staged = this.#stage.stage(row);
    this.#limits?.check(staged.values);
    return staged;
  }

  /** Not an async function, which would add two promises to that of the call. */
  get(key: unknown, options?: CallOptions): Promise<object | undefined> {
    try {
      return this.#get('get', this.#getName, key, options);
    } catch (error) {
      return Promise.reject(error as Error);
    }
  }

  async getMany(keys: readonly unknown[], options?: CallOptions): Promise<(object | undefined)[]> {
    const call = this.#asker.begin('getMany', options, []);
    return this.#parts.underWay.track(getMany(this.#asker, keyList(this.type, keys), call));
  }

  async getOrThrow(key: unknown, options?: CallOptions): Promise<object> {
    const row = await this.#get('getOrThrow', this.#asker.nameOf('getOrThrow'), key, options);
    if (row !== undefined) return row;
    const { keyCode } = this.#parts.type.form;
    throw new WeftError(
      'NOT_FOUND',
      `${this.type.name} with ${keyCode.describe(keyCode.checkLookup(key))} does not exist.`,
      { details: { type: this.type.name } },
    );
  }

  async ttl(key: unknown, options?: CallOptions): Promise<number | undefined> {
    const call = this.#begin('ttl', options, []);
    const { checked, link } = this.#placeOf(key);
    if (link === undefined) return undefined;
    const args = { key: this.#parts.type.form.keyCode.shown(checked) };
    return this.#asker.verb(link, 'ttl', args, { isWrite: false, call });
  }

  async read(where?: unknown, options?: WaitOptions): Promise<object | undefined> {
    if (options?.wait !== undefined) return this.#queue.readWaiting(where, options);
    const call = this.#asker.begin('read', options, []);
    const { where: predicate } = resolveFind(this.type.schema, where);
    const verb = {
      name: this.#asker.nameOf('read'),
      type: this.#parts.type,
      verb: 'read',
      args: { where: predicate },
      isWrite: false,
    };
    for (const link of this.#asker.linksFor(predicate)) {
      const row = await this.#asker.ask(link, new RowVerbCall(verb), call);
      if (row !== undefined) return row;
    }
    return undefined;
  }

  take(where?: unknown, options?: WaitOptions): Promise<object | undefined> {
    return this.#queue.take(where, options);
  }

  deadLetters(where?: unknown, options?: CallOptions): Promise<DeadLetter<never>[]> {
    return this.#queue.deadLetters(where, options);
  }

  revive(key: unknown, options?: CallOptions): Promise<boolean> {
    return this.#queue.revive(key, options);
  }

  find(where?: unknown, options?: object): Query<object> {
    const plan = lazily(() => resolveFind(this.type.schema, where, options));
    return new RemoteQuery(this.#asker, plan, () => this.#asker.begin('find', options));
  }

  count(where?: unknown, options?: CallOptions): Answer<number> {
    const predicate = lazily(() => resolveWhere(this.type, where));
    return countAnswer(this.#asker, predicate, () => this.#asker.begin('count', options, []));
  }

  aggregate(request: object, options?: CallOptions): Answer<object[]> {
    const plan = lazily(() => resolveAggregate(this.type.schema, request));
    return aggregateAnswer(this.#asker, plan, () => this.#asker.begin('aggregate', options, []));
  }

  async update(key: unknown, patch: object, options?: UpdateOptions<AnyType>): Promise<object | undefined> {
    const call = this.#begin('update', options);
    const named = namedCall<UpdateOptions<AnyType>>(this.#asker.nameOf('update'), options);
    const { checked, link } = this.#placeOf(key);
    const { ifVersion, ttl } = updateOptions(this.type, named === undefined ? options : named.rest);
    const changes = this.#patchOf(patchObject(this.type, patch));
    if (link === undefined) return undefined;
    const how = { ifVersion, ttl };
    const asked = new UpdateCall(this.#asker.nameOf('update'), this.#parts.type, checked, changes, how);
    return this.#once(link, asked, named?.call.id, call);
  }

  async delete(key: unknown, options?: OnceOptions): Promise<boolean> {
    const call = this.#begin('delete', options, ['idempotencyId']);
    const named = namedCall<OnceOptions>(this.#asker.nameOf('delete'), options);
    const { checked, link } = this.#placeOf(key);
    if (link === undefined) return false;
    const asked = new DeleteCall(this.#asker.nameOf('delete'), this.#parts.type, checked);
    return this.#once(link, asked, named?.call.id, call);
  }

  async change(where: unknown, change: unknown, options?: OnceOptions): Promise<number> {
    const call = this.#asker.begin('change', options, ['idempotencyId']);
    const named = namedCall<OnceOptions>(this.#asker.nameOf('change'), options);
    const target = resolveTarget(this.type, where);
    const steps = resolveChange(this.type.schema, change);
    const args = { where: target, steps };
    return this.#inTurn('change', target, args, { call, id: named?.call.id, done: (changed) => ({ changed }) });
  }

  async deleteMany(where: unknown, options?: CallOptions): Promise<number> {
    const call = this.#asker.begin('deleteMany', options, []);
    const target = resolveTarget(this.type, where);
    return this.#inTurn('deleteMany', target, { where: target }, { call, done: (deleted) => ({ deleted }) });
  }

  async clear(options?: CallOptions): Promise<number> {
    const call = this.#asker.begin('clear', options, []);
    return this.#inTurn('clear', undefined, {}, { call, done: (deleted) => ({ deleted }) });
  }

  subscribe(filter?: unknown, options?: SubscribeOptions): Subscription<AnyType> {
    const { type, host, links, firstPartitions, timeoutMs } = this.#parts;
    const { overflow, bufferEvents, group, start } = subscribeOptions(this.type, options);
    const where = resolveWhere(this.type, filter);
    const call = this.#asker.begin('subscribe', options);
    return new RemoteSubscription({
      type,
      host,
      hosts: links.map((link, at) => ({ link, firstPartition: firstPartitions[at]! })),
      where,
      options: {
        overflow,
        buffer: bufferEvents,
        ...(group !== undefined && { group }),
        ...(start === 'later' && { initial: true }),
        ...(typeof start === 'object' && { from: start.from }),
      },
      timeoutMs,
      call,
    });
  }

  consume(where?: unknown, options?: ConsumeOptions<AnyType>): Consumer<AnyType> {
    const { signal } = options ?? {};
    return openConsumer(this.#parts, where, options, () => this.#asker.begin('consume', signal && { signal }));
  }

  /** Sees to it that the type is served. Throws TYPE_CONFLICT, DECLARATION_OUTDATED. */
  async ensure(): Promise<void> {
    const ask = (link: Link): Promise<unknown> =>
      this.#asker.verb(link, 'ensure', {}, { isWrite: false, call: undefined });
    await Promise.all(this.#parts.links.map(ask));
  }

  /** For transactions. Not part of `Space`. */
  get remoteType(): RemoteType {
    return this.#parts.type;
  }

  /** For `grid.setQuota`. Not part of `Space`. */
  async setQuota(size: number | null | undefined): Promise<void> {
    const ask = (link: Link): Promise<unknown> =>
      this.#asker.verb(link, 'grid.setQuota', { size }, { isWrite: false, call: undefined, as: 'setQuota' });
    await Promise.all(this.#parts.links.map(ask));
  }

  #get(verb: string, name: string, key: unknown, options: CallOptions | undefined): Promise<object | undefined> {
    const call = this.#begin(verb, options, []);
    const { checked, link } = this.#placeOf(key);
    if (link === undefined) return Promise.resolve(undefined);
    return this.#asker.ask(link, new GetCall(name, this.#parts.type, checked), call);
  }

  /** Of a call that says nothing there is nothing to watch. */
  #begin(verb: string, options: CallOptions | undefined, others?: readonly string[]): Call | undefined {
    if (options !== undefined) return this.#asker.begin(verb, options, others);
    this.#asker.checkOpen(verb);
    return undefined;
  }

  /** A key that was checked, and its host; none for an id that Weft cannot have generated. */
  #placeOf(key: unknown): { readonly checked: Key; readonly link: Link | undefined } {
    const { keyCode } = this.#parts.type.form;
    const checked = keyCode.checkLookup(key);
    if (this.#onlyLink !== undefined) return { checked, link: this.#onlyLink };
    const slot = keyCode.slotOf(checked);
    return { checked, link: slot < 0 ? undefined : this.#parts.linkOf(slot) };
  }

  #once<R>(link: Link, asked: RemoteCall<R>, id: string | undefined, call: Call | undefined): Promise<R> {
    asked.idempotencyId = id;
    return this.#asker.ask(link, asked, call);
  }

  /** One host after the other. An error says what all of them have done. */
  async #inTurn(verb: string, where: Predicate | undefined, args: object, how: InTurn): Promise<number> {
    const links = this.#asker.linksFor(where);
    let sum = 0;
    for (const link of links) {
      try {
        sum += await this.#asker.verb<number>(link, verb, args, { isWrite: true, call: how.call, id: how.id });
      } catch (error) {
        throw sum === 0 ? error : withEarlier(error, how.done, sum);
      }
    }
    return sum;
  }
}

const PLAIN_WRITE: WriteFlags = { isNew: false, ttlMs: undefined };

interface InTurn {
  readonly call: Call;
  readonly id?: string | undefined;
  readonly done: (rows: number) => { readonly changed: number } | { readonly deleted: number };
}

/** The error of one host, with what those before it have done. */
function withEarlier(error: unknown, done: InTurn['done'], earlier: number): unknown {
  const here = WeftError.is(error) ? Object.keys(done(0)).map((name) => Number(error.details[name] ?? 0))[0]! : 0;
  return partlyDone(error, done(earlier + here));
}

/** The handle with its static types. */
export function remoteSpace<T extends AnyType>(verbs: RemoteSpace): Space<T> {
  return verbs as unknown as Space<T>;
}
