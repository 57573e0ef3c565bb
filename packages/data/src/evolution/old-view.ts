import { must } from '@weft/base';
import { isVisible } from '../row/row-code.ts';
import { isSystemColumn } from '../type/lookup.ts';
import type { ColumnSchema, TypeSchema } from '../type/schema.ts';
import { copied, droppedColumn, keptColumn, type OldColumn } from './old-column.ts';
import type { EvolutionPlan } from './plan.ts';

/** Makes the object that an older declaration sees of a stored row. */
export type ShowRow = (row: Readonly<Record<string, unknown>>) => object;

/**
 * How rows of the stored declaration look to the one before it, and the other way round. Values travel by ordinal on their way in
 * and as objects on their way out, as everywhere.
 */
export class OldView {
  /** The older declaration. */
  readonly schema: TypeSchema;
  readonly stored: TypeSchema;
  /** By ordinal of the older declaration. */
  readonly columns: readonly OldColumn[];
  /** Columns that the older declaration does not know: a row that it replaces keeps them, a new one gets their defaults. */
  readonly unknown: readonly ColumnSchema[];
  /** The whole row. Throws DECLARATION_OUTDATED. */
  readonly show: ShowRow;
  /** Whether some stored row may be one that cannot be shown. */
  readonly canFail: boolean;
  readonly #byName: ReadonlyMap<string, OldColumn>;
  /** A column without which the older declaration cannot show any row. */
  readonly #lost: OldColumn | undefined;

  constructor({ from, to, columns }: EvolutionPlan) {
    this.schema = from;
    this.stored = to;
    this.columns = from.columns.map((old) => {
      const ordinal = columns.findIndex((step) => step.kind !== 'add' && step.from === old.ordinal);
      if (ordinal < 0) return droppedColumn(from.name, old);
      return keptColumn(from.name, old, to.columns[ordinal], columns[ordinal].kind === 'convert');
    });
    const visible = this.columns.filter(({ old }) => isVisible(old));
    this.unknown = to.columns.filter((column) => columns[column.ordinal].kind === 'add' && !isSystemColumn(column));
    this.#byName = new Map(visible.map((column) => [column.old.name, column]));
    this.#lost = visible.find((column) => column.now === undefined && column.canFail);
    this.canFail = visible.some((column) => column.canFail);
    this.show = this.shower();
  }

  /** The declared column of the older declaration with this name. */
  column(name: string): OldColumn {
    return must(this.#byName.get(name), `${this.schema.name} had no column ${name}: the question was not checked`);
  }

  /** Names of the declared columns of the older declaration. */
  get visibleNames(): readonly string[] {
    return [...this.#byName.keys()];
  }

  /** Makes rows of these columns, all if absent. */
  shower(names: readonly string[] = this.visibleNames): ShowRow {
    return compileShow(names.map((name) => this.column(name)));
  }

  /** Throws DECLARATION_OUTDATED where no row at all can be shown: a value of every row would be lost. */
  requireShown(): void {
    this.#lost?.show(undefined);
  }

  /**
   * The values of a row, by ordinal of the older declaration, as the stored one holds them: written to `into`. `before`: the stored
   * row that they replace.
   */
  store(values: readonly unknown[], before: Readonly<Record<string, unknown>> | undefined, into: unknown[]): void {
    for (const { name, ordinal, default: value } of this.stored.columns)
      into[ordinal] = before === undefined ? copied(value) : before[name];
    for (const { old, now, store } of this.columns)
      if (now !== undefined) into[now.ordinal] = store(values[old.ordinal]);
  }

  /** The other way: stored values by ordinal as the older declaration sees them. */
  showValues(stored: readonly unknown[], into: unknown[]): void {
    for (const { old, now, show } of this.columns)
      into[old.ordinal] = show(now === undefined ? undefined : stored[now.ordinal]);
  }
}

/**
 * Generated, so that rows have one hidden class and each property is read at a place of its own. Only declared names, quoted, and
 * positions enter the text.
 */
function compileShow(columns: readonly OldColumn[]): ShowRow {
  const properties = columns.map(({ old, now, isSame }, at) => {
    const value = now === undefined ? 'undefined' : `row[${JSON.stringify(now.name)}]`;
    return `${JSON.stringify(old.name)}: ${isSame ? value : `show${at}(${value})`}`;
  });
  const captured = columns.map((_, at) => `show${at} = columns[${at}].show`);
  const constants = captured.length === 0 ? '' : `const ${captured.join(', ')};`;
  const body = `'use strict'; ${constants} return function show(row) { return { ${properties.join(', ')} }; };`;
  // oxlint-disable-next-line no-implied-eval, no-new-func -- generated from declared names only
  return (new Function('columns', body) as (columns: readonly OldColumn[]) => ShowRow)(columns);
}
