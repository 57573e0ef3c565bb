import type { RequestContext, ServerStream } from './context.ts';
import { whereOf } from './plans.ts';
import { sendItems } from './send-items.ts';

/** Items that go in one message. */
const ROWS_PER_MESSAGE = 256;

/** Rows of a find, sent as the client has room for them. */
export function findStream(context: RequestContext, args: Readonly<Record<string, unknown>>): ServerStream {
  return new FindStream(context, args);
}

class FindStream implements ServerStream {
  readonly #context: RequestContext;
  readonly #rows: AsyncIterator<object>;
  readonly #write: Parameters<typeof sendItems>[4];
  #sent = 0;
  #credit = 0;
  #isRunning = false;
  #isOver = false;

  constructor(context: RequestContext, { where, shape, credit }: Readonly<Record<string, unknown>>) {
    const { type, types, replies, seq, deadlineMs } = context;
    const { space, form } = types.of(type);
    const { select } = (shape ?? {}) as { readonly select?: readonly string[] };
    const columns = select === undefined ? form.whole : form.select(select);
    this.#context = context;
    this.#write = (frame, row) => columns.write(frame, row);
    const limits = { signal: replies.signal(seq), ...(deadlineMs === undefined ? {} : { timeout: deadlineMs }) };
    this.#rows = space.find(whereOf(where), { ...(shape as object), ...limits } as never)[Symbol.asyncIterator]();
    this.credit(typeof credit === 'number' ? credit : 0);
  }

  credit(items: number): void {
    this.#credit += items;
    void this.#run();
  }

  tell(): void {}

  resume(): void {}

  drained(): void {
    void this.#run();
  }

  close(): void {
    this.#isOver = true;
    void this.#rows.return?.();
  }

  async #run(): Promise<void> {
    if (this.#isRunning || this.#isOver) return;
    this.#isRunning = true;
    const { replies, seq } = this.#context;
    try {
      while (this.#credit > 0 && !this.#isOver) {
        const batch: object[] = [];
        let isEnd = false;
        while (batch.length < Math.min(ROWS_PER_MESSAGE, this.#credit)) {
          const { done, value } = await this.#rows.next();
          if (done === true) {
            isEnd = true;
            break;
          }
          batch.push(value);
        }
        if (batch.length > 0) sendItems(replies, seq, this.#sent, batch, this.#write);
        this.#sent += batch.length;
        this.#credit -= batch.length;
        if (isEnd) return this.#end();
      }
    } catch (error) {
      this.#isOver = true;
      replies.endStream(seq);
      replies.fail(seq, error);
    } finally {
      this.#isRunning = false;
    }
  }

  #end(): void {
    const { replies, seq } = this.#context;
    this.#isOver = true;
    replies.endStream(seq);
    replies.reply(seq, false);
  }
}
