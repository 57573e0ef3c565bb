import type { Journal } from '../journal/journal.ts';
import type { JournalFrame } from '../journal/journal-scan.ts';
import type { RingPlace } from '../ring/record-ring.ts';
import type { OlderReader, OlderRecords } from './older-records.ts';

/** The records of a journal that goes on being written. */
export class JournalRecords implements OlderRecords {
  readonly #journal: Pick<Journal, 'framesAgain'>;

  constructor(journal: Pick<Journal, 'framesAgain'>) {
    this.#journal = journal;
  }

  open(lsns: ArrayLike<number>): OlderReader | undefined {
    const frames = this.#journal.framesAgain(Array.from(lsns));
    return frames === undefined ? undefined : new FrameReader(frames);
  }
}

class FrameReader implements OlderReader {
  readonly #frames: AsyncGenerator<JournalFrame, void>;
  #isBegun = false;

  constructor(frames: AsyncGenerator<JournalFrame, void>) {
    this.#frames = frames;
  }

  async next(): Promise<readonly RingPlace[] | undefined> {
    try {
      const step = await this.#frames.next();
      this.#isBegun = true;
      return step.done === true ? undefined : recordsOf(step.value);
    } catch (error) {
      // The end of what is being written looks like damage when it is met half-way; who reads on finds out what it was.
      if (this.#isBegun) return undefined;
      throw error;
    }
  }

  close(): void {
    void this.#frames.return().catch(() => undefined);
  }
}

function recordsOf({ bytes, start, end }: JournalFrame): RingPlace[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const places: RingPlace[] = [];
  for (let at = start; at < end;) {
    const next = at + view.getUint32(at, true);
    places.push({ bytes, start: at, end: next });
    at = next;
  }
  return places;
}
