import {
  type AnyType,
  compilePatch,
  resolveTarget,
  resolveWhere,
  rowCodeOf,
  type CallOptions,
  type Patch,
  type RowCode,
} from '@weft/data';
import { parseDuration, WeftError } from '@weft/base';
import type { Space, UpdateOptions, WriteOptions } from '../api.ts';
import { patchObject, rowObject, updateOptions, writeOptions } from '../arguments.ts';
import { Call } from '../call.ts';
import type { Host } from '../host.ts';
import { RowPlacer } from '../row-placer.ts';
import type { Link } from './link.ts';
import { DeleteCall, GetCall, UpdateCall, VerbCall, WriteCall } from './point-calls.ts';
import type { RemoteCall } from './remote-call.ts';
import type { RemoteType } from './remote-type.ts';
import { RemoteSubscription } from './remote-subscription.ts';
import type { SubscribeOptions, Subscription } from '../subscribe/events.ts';
import { subscribeOptions } from '../subscribe/subscribe-options.ts';

export interface RemoteSpaceParts {
  readonly type: RemoteType;
  readonly host: Host;
  /** The host that holds a slot. */
  readonly linkOf: (slot: number) => Link;
  readonly links: readonly Link[];
  /** The first partition of each. */
  readonly firstPartitions: readonly number[];
  /** Fires when the grid is closed. */
  readonly closing: AbortSignal;
  /** How long a call waits that does not say so itself. */
  readonly timeoutMs: number;
}

/** The asynchronous verbs of a type whose rows are elsewhere. The static types are those of `Space<T>`. */
export class RemoteSpace {
  readonly type: AnyType;
  readonly #parts: RemoteSpaceParts;
  readonly #rowCode: RowCode;
  readonly #placer: RowPlacer;
  readonly #patchOf: (patch: object) => Patch;
  readonly #version: number;

  constructor(parts: RemoteSpaceParts) {
    const { type, schema } = { type: parts.type.type, schema: parts.type.type.schema };
    this.type = type;
    this.#parts = parts;
    this.#rowCode = rowCodeOf(schema);
    this.#placer = new RowPlacer(schema, parts.type.form.keyCode, parts.host);
    this.#patchOf = compilePatch(schema);
    this.#version = schema.columns.findIndex(({ role }) => role === 'version');
  }

  async write(row: object, options?: WriteOptions): Promise<object> {
    const { onConflict, ttl } = writeOptions(this.type, options);
    const values: unknown[] = this.type.schema.columns.map(() => undefined);
    this.#rowCode.stage(rowObject(this.type, row), values);
    const slot = this.#placer.place(values);
    const flags = { isNew: onConflict === 'fail', ttlMs: ttl === 'never' ? Infinity : ttl };
    const call = new WriteCall(`${this.type.name}.write`, this.#parts.type, values, flags);
    const { version } = await this.#ask(call, slot, options);
    if (this.#version >= 0) values[this.#version] = version;
    return this.#rowCode.show(values);
  }

  async get(key: unknown, options?: CallOptions): Promise<object | undefined> {
    const { form } = this.#parts.type;
    const checked = form.keyCode.checkLookup(key);
    const slot = form.keyCode.slotOf(checked);
    if (slot < 0) return undefined;
    return this.#ask(new GetCall(`${this.type.name}.get`, this.#parts.type, checked), slot, options);
  }

  async update(key: unknown, patch: object, options?: UpdateOptions<AnyType>): Promise<object | undefined> {
    const { form } = this.#parts.type;
    const checked = form.keyCode.checkLookup(key);
    const { ifVersion, ttl } = updateOptions(this.type, options);
    const slot = form.keyCode.slotOf(checked);
    const checkedPatch = this.#patchOf(patchObject(this.type, patch));
    if (slot < 0) return undefined;
    const call = new UpdateCall(`${this.type.name}.update`, this.#parts.type, checked, checkedPatch, {
      ifVersion,
      ttl,
    });
    return this.#ask(call, slot, options);
  }

  async delete(key: unknown, options?: CallOptions): Promise<boolean> {
    const { form } = this.#parts.type;
    const checked = form.keyCode.checkLookup(key);
    const slot = form.keyCode.slotOf(checked);
    if (slot < 0) return false;
    return this.#ask(new DeleteCall(`${this.type.name}.delete`, this.#parts.type, checked), slot, options);
  }

  async count(where?: unknown, options?: CallOptions): Promise<number> {
    const args = { where: resolveWhere(this.type, where) };
    const counts = await this.#askAll<number>('count', args, false, options);
    return counts.reduce((sum, count) => sum + count, 0);
  }

  async deleteMany(where: unknown, options?: CallOptions): Promise<number> {
    const counts = await this.#askAll<number>('deleteMany', { where: resolveTarget(this.type, where) }, true, options);
    return counts.reduce((sum, count) => sum + count, 0);
  }

  async clear(options?: CallOptions): Promise<number> {
    const counts = await this.#askAll<number>('clear', {}, true, options);
    return counts.reduce((sum, count) => sum + count, 0);
  }

  subscribe(filter?: unknown, options?: SubscribeOptions): Subscription<AnyType> {
    const { type, host, links, firstPartitions, timeoutMs, closing } = this.#parts;
    const { overflow, bufferEvents, group, start } = subscribeOptions(this.type, options);
    const where = resolveWhere(this.type, filter);
    const call = new Call(`${this.type.name}.subscribe`, options, host, closing);
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

  /** Sees to it that the type is served. Throws TYPE_CONFLICT, DECLARATION_OUTDATED. */
  async ensure(): Promise<void> {
    await this.#askAll('ensure', {}, false, undefined);
  }

  #askAll<R>(verb: string, args: object, isWrite: boolean, options: CallOptions | undefined): Promise<R[]> {
    const name = `${this.type.name}.${verb}`;
    return Promise.all(
      this.#parts.links.map((link) =>
        this.#over(link, new VerbCall<R>(name, this.#parts.type, verb, args, isWrite), options),
      ),
    );
  }

  #ask<R>(call: RemoteCall<R>, slot: number, options: CallOptions | undefined): Promise<R> {
    return this.#over(this.#parts.linkOf(slot), call, options);
  }

  #over<R>(link: Link, call: RemoteCall<R>, options: CallOptions | undefined): Promise<R> {
    const { host, timeoutMs } = this.#parts;
    const { signal, timeout } = options ?? {};
    const waitMs = timeout === undefined ? timeoutMs : parseDuration(timeout, `${call.name}: timeout`);
    call.deadlineMs = host.clock.monotonicMs() + waitMs;
    if (signal?.aborted === true) throw aborted(call.name, signal);
    link.ask(call);
    if (signal !== undefined) signal.addEventListener('abort', () => link.cancel(call), { once: true });
    return call.promise;
  }
}

function aborted(name: string, signal: AbortSignal): WeftError {
  return new WeftError('ABORTED', `${name} was stopped by its signal.`, { cause: signal.reason });
}

/** The handle with its static types. */
export function remoteSpace<T extends AnyType>(verbs: RemoteSpace): Space<T> {
  return verbs as unknown as Space<T>;
}
