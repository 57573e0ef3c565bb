import { WeftError } from '@weft/base';
import type { FrameWriter } from '@weft/protocol';
import type { ItemSource } from './item-stream.ts';

/** The items of an iterator, as they are asked for. */
export class ListSource<Item> implements ItemSource<Item> {
  readonly #items: AsyncIterator<Item>;
  readonly #write: (frame: FrameWriter, item: Item) => void;
  readonly #onClose: () => void;

  /** `onClose`: to be called when nothing more is wanted, beside `return` of the iterator. */
  constructor(
    items: AsyncIterator<Item>,
    write: (frame: FrameWriter, item: Item) => void,
    onClose: () => void = () => undefined,
  ) {
    this.#items = items;
    this.#write = write;
    this.#onClose = onClose;
  }

  async next(most: number): Promise<readonly Item[] | undefined> {
    const items: Item[] = [];
    while (items.length < most) {
      const { done, value } = await this.#items.next();
      if (done === true) break;
      items.push(value);
    }
    return items.length === 0 ? undefined : items;
  }

  write(frame: FrameWriter, item: Item): void {
    this.#write(frame, item);
  }

  async ask(verb: string): Promise<void> {
    if (verb !== 'stop') throw new WeftError('OPTION_INVALID', `${verb} is nothing that a list does.`);
    this.#onClose();
  }

  close(): void {
    this.#onClose();
    // Whoever reads does not wait for it.
    this.#items.return?.().catch(() => undefined);
  }
}
