import { rowCodeOf, type RowCode, type RowValues } from '@weft/data';
import { copyValue } from '../transaction/copy-value.ts';
import type { RowPlacer } from '../row-placer.ts';
import type { Link } from './link.ts';
import type { RemoteType } from './remote-type.ts';

/** A row that was checked, and where it goes. */
export interface StagedFor {
  readonly values: RowValues;
  readonly link: Link;
}

/** Checks rows, makes their ids, and finds their hosts. Hidden keys are made by the host. */
export class RowStage {
  readonly rowCode: RowCode;
  readonly #type: RemoteType;
  readonly #placer: RowPlacer;
  readonly #linkOf: (slot: number) => Link;
  readonly #links: readonly Link[];
  /** Whether its host is the affair of nobody, so that rows go round. */
  readonly #isAnywhere: boolean;
  readonly #hasHiddenKey: boolean;
  /** Columns whose values may be changed by their owner after they were given. */
  readonly #mutable: readonly number[];
  readonly #blank: RowValues;
  /** Where all rows go that bring their keys. */
  readonly #onlyLink: Link | undefined;
  #turn = 0;

  constructor(type: RemoteType, placer: RowPlacer, links: readonly Link[], linkOf: (slot: number) => Link) {
    const { schema } = type.type;
    this.rowCode = rowCodeOf(schema);
    this.#type = type;
    this.#placer = placer;
    this.#links = links;
    this.#linkOf = linkOf;
    const hidden = schema.columns.findIndex(({ role }) => role === 'hiddenKey');
    this.#hasHiddenKey = hidden >= 0;
    this.#isAnywhere = hidden >= 0 && schema.routing === hidden;
    const mutable = schema.columns.filter(({ kind }) => ['json', 'array', 'bytes', 'timestamp'].includes(kind.name));
    this.#mutable = mutable.map(({ ordinal }) => ordinal);
    this.#blank = schema.columns.map(() => undefined);
    this.#onlyLink = links.length === 1 && placer.made === undefined ? links[0] : undefined;
  }

  /** Throws what is wrong with the row. */
  stage(row: object): StagedFor {
    const values = this.check(row);
    if (this.#onlyLink !== undefined) return { values, link: this.#onlyLink };
    if (this.#isAnywhere) return { values, link: this.#links[this.#turn++ % this.#links.length]! };
    const { schema } = this.#type.type;
    const slot = this.#hasHiddenKey
      ? this.#type.form.keyCode.slotOfRouting(values[schema.routing])
      : this.#placer.place(values);
    return { values, link: this.#linkOf(slot) };
  }

  /** The row by ordinal, its key may be missing still. */
  check(row: object): RowValues {
    const values = this.#blank.slice();
    this.rowCode.stage(row, values);
    for (const at of this.#mutable) values[at] = copyValue(values[at]);
    return values;
  }
}
