import { parseDuration } from '@weft/base';
import {
  finish,
  prepareLists,
  resolveFind,
  resolveWhere,
  type AnyType,
  type CallOptions,
  type DeadRow,
  type Source,
  WHOLE,
} from '@weft/data';
import type { Call } from '../call.ts';
import { drive, type Pace } from '../drive.ts';
import type { Host } from '../host.ts';
import type { Router } from '../router.ts';
import { settling, whileCall, whileCommitted } from '../settle.ts';
import { consumeSettings, type ConsumeSettings } from './consume-options.ts';
import { RowConsumer } from './consumer.ts';
import { deadLetterOf, rowOfLetter } from './dead-letter.ts';
import type { ConsumeOptions, Consumer, DeadLetter, WaitOptions } from './queue-api.ts';
import { deadRows, takeRow } from './take-rows.ts';
import { waitForRow } from './wait-for-row.ts';

/** Where dead letters are written: what the type's verbs have beside those that everybody sees. */
export interface LetterBox {
  /**
   * Writes the row of a letter and removes the dead row, in one record where both are of one partition, else one after the other. `source`:
   * that of the dead row. Nothing is written where it is not there any more.
   */
  bury(row: object, dead: DeadRow, source: Source): Promise<void>;
}

export interface QueueVerbsParts {
  readonly type: AnyType;
  readonly router: Router;
  readonly pace: Pace;
  readonly host: Host;
  /** Throws TYPE_CONFLICT, DECLARATION_OUTDATED. */
  readonly spaceOf: (type: AnyType) => LetterBox;
  /** Begins a call. Throws OPTION_INVALID, ABORTED, TIMEOUT, CLOSED. */
  readonly begin: (verb: string, options: CallOptions | undefined, others?: readonly string[]) => Call;
}

/** The verbs of a type as a work queue. */
export class QueueCalls {
  readonly #parts: QueueVerbsParts;
  #turn = 0;

  constructor(parts: QueueVerbsParts) {
    this.#parts = parts;
  }

  async take(where: unknown, options: WaitOptions | undefined): Promise<object | undefined> {
    const { type, router, pace } = this.#parts;
    const call = this.#parts.begin('take', options, ['wait']);
    const predicate = resolveWhere(type.schema, where);
    const waitMs = this.#waitMs('take', options);
    if (waitMs > 0) return this.#wait('take', predicate, waitMs, call);
    const taken = await drive(takeRow(router, predicate, { slice: pace.slice }, this.#turn++), pace, call);
    // That there is none may be so since somebody took the last one, who has no answer yet.
    if (taken === undefined) {
      const seen = settling(router, call);
      if (seen !== undefined) await seen;
      return undefined;
    }
    const saved = taken.source.queue.saved();
    if (saved !== undefined) await whileCommitted(saved, call);
    return taken.row;
  }

  /** A `read` that waits. */
  async readWaiting(where: unknown, options: WaitOptions): Promise<object | undefined> {
    const call = this.#parts.begin('read', options, ['wait']);
    const predicate = resolveFind(this.#parts.type.schema, where).where;
    return this.#wait('read', predicate, this.#waitMs('read', options), call);
  }

  consume(where: unknown, options: ConsumeOptions<AnyType> | undefined): Consumer<AnyType> {
    const { type, router, begin } = this.#parts;
    const settings = consumeSettings(type, options, router.sources.length);
    const predicate = resolveWhere(type.schema, where);
    const { signal } = options ?? {};
    const call = begin('consume', signal === undefined ? undefined : { signal });
    finish(prepareLists(type.schema, predicate, WHOLE));
    return new RowConsumer({
      type,
      where: predicate,
      sources: router.sourcesFor(predicate),
      settings,
      call,
      bury: this.#bury(settings),
    });
  }

  async deadLetters(where: unknown, options: CallOptions | undefined): Promise<DeadLetter<AnyType>[]> {
    const { type, router, pace, begin } = this.#parts;
    const call = begin('deadLetters', options, []);
    const letters = await drive(deadRows(router, resolveWhere(type.schema, where), pace), pace, call);
    const wait = settling(router, call);
    if (wait !== undefined) await wait;
    return letters.map(deadLetterOf);
  }

  async revive(key: unknown, options: CallOptions | undefined): Promise<boolean> {
    const { router, begin } = this.#parts;
    const call = begin('revive', options, []);
    const checked = router.keyCode.checkLookup(key);
    const source = router.sourceOfKey(checked);
    const isRevived = source?.queue.revive(checked) ?? false;
    const wait = source?.queue.saved();
    if (wait !== undefined) await (isRevived ? whileCommitted : whileCall)(wait, call);
    return isRevived;
  }

  /** A dead letter type is looked up at once, so that what is wrong with it is told now. */
  #bury({ deadLetter }: ConsumeSettings): ((dead: DeadRow, source: Source) => Promise<void>) | undefined {
    if (deadLetter === undefined) return undefined;
    if (typeof deadLetter === 'function')
      return async (dead) => {
        await deadLetter(deadLetterOf(dead));
        dead.remove();
      };
    const space = this.#parts.spaceOf(deadLetter);
    return (dead, source) => space.bury(rowOfLetter(deadLetter, deadLetterOf(dead)), dead, source);
  }

  #waitMs(verb: string, options: WaitOptions | undefined): number {
    const wait = options?.wait;
    return wait === undefined ? 0 : parseDuration(wait, `${this.#parts.type.name}.${verb}: wait`);
  }

  async #wait(
    kind: 'read' | 'take',
    where: ReturnType<typeof resolveWhere>,
    waitMs: number,
    call: Call,
  ): Promise<object | undefined> {
    const { router, pace, host } = this.#parts;
    await drive(prepareLists(router.schema, where, pace.slice), pace, call);
    return waitForRow({ kind, where, waitMs, sources: router.sourcesFor(where) }, host, call);
  }
}
