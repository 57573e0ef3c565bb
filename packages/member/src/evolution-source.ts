import { WeftError } from '@weft/base';
import { servedGrid, type EvolutionReport } from '@weft/client';
import { foreignSchema, type AnyType } from '@weft/data';
import type { RequestContext } from './context.ts';
import type { ItemSource } from './item-stream.ts';
import type { Args } from './verbs/verb.ts';

/** A declaration as a client sends it: its JSON. */
export function typeOfText(schemaText: unknown): AnyType {
  const schema = foreignSchema(String(schemaText));
  return { name: schema.name, schema } as AnyType;
}

/**
 * The part of an evolution over several hosts that this one does: it is open once all is ready here, and goes over when its client says so, which has heard the same
 * of the other hosts by then. A client that closes it, or is gone with its session, takes it back.
 */
export async function openEvolution(context: RequestContext, args: Args): Promise<ItemSource<never>> {
  const evolution = new ServedEvolution(context, args);
  await evolution.ready;
  return evolution;
}

class ServedEvolution implements ItemSource<never> {
  /** Rejects where it cannot be. */
  readonly ready: Promise<unknown>;
  readonly #stop = new AbortController();
  readonly #done: Promise<EvolutionReport>;
  #goOver: () => void = () => undefined;
  #onClose: ((end: undefined) => void) | undefined;

  constructor({ grid }: RequestContext, { schema, timeoutMs }: Args) {
    const limits = { signal: this.#stop.signal, ...(typeof timeoutMs === 'number' && { timeout: timeoutMs }) };
    let allReady: () => void = () => undefined;
    const here = new Promise<void>((resolve) => (allReady = resolve));
    const agreed = new Promise<void>((resolve) => (this.#goOver = resolve));
    this.#done = servedGrid(grid).evolveTogether(typeOfText(schema), limits, () => {
      allReady();
      return agreed;
    });
    // Of a declaration that this host has already there is nothing to agree on.
    this.ready = Promise.race([here, this.#done]);
    this.#done.catch(() => undefined);
  }

  next(): Promise<undefined> {
    return new Promise((resolve) => (this.#onClose = resolve));
  }

  write(): void {}

  ask(verb: string): Promise<EvolutionReport> {
    if (verb !== 'goOver') throw new WeftError('OPTION_INVALID', `${verb} is nothing that an evolution does.`);
    this.#goOver();
    return this.#done;
  }

  close(): void {
    this.#stop.abort();
    this.#onClose?.(undefined);
  }
}
