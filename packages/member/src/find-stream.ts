import { WeftError } from '@weft/base';
import type { FrameWriter } from '@weft/protocol';
import type { RequestContext } from './context.ts';
import type { ItemSource } from './item-stream.ts';
import { whereOf } from './plans.ts';

/** Rows of a find. */
export function findRows(context: RequestContext, args: Readonly<Record<string, unknown>>): ItemSource<object> {
  return new FoundRows(context, args);
}

class FoundRows implements ItemSource<object> {
  readonly #rows: AsyncIterator<object>;
  readonly #columns: { write(frame: FrameWriter, row: object): void };

  constructor({ type, types, deadlineMs }: RequestContext, { where, shape }: Readonly<Record<string, unknown>>) {
    const { space, form } = types.of(type);
    const { select } = (shape ?? {}) as { readonly select?: readonly string[] };
    this.#columns = select === undefined ? form.whole : form.select(select);
    const limits = deadlineMs === undefined ? {} : { timeout: deadlineMs };
    this.#rows = space.find(whereOf(where), { ...(shape as object), ...limits } as never)[Symbol.asyncIterator]();
  }

  async next(most: number): Promise<readonly object[] | undefined> {
    const rows: object[] = [];
    while (rows.length < most) {
      const { done, value } = await this.#rows.next();
      if (done === true) break;
      rows.push(value);
    }
    return rows.length === 0 ? undefined : rows;
  }

  write(frame: FrameWriter, row: object): void {
    this.#columns.write(frame, row);
  }

  async ask(verb: string): Promise<never> {
    throw new WeftError('OPTION_INVALID', `${verb} is nothing that a find does.`);
  }

  close(): void {
    void this.#rows.return?.();
  }
}
