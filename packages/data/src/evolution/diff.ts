import { expiryOf } from '../type/lookup.ts';
import type { ColumnSchema, IndexSchema, TypeSchema } from '../type/schema.ts';
import { isFixedColumn, type Refusal, refusalOf } from './column-change.ts';
import { columnText, shapeText } from './kind-text.ts';
import { type ColumnPair, pairColumns } from './pair-columns.ts';
import { snakeCase } from '../type/names.ts';
import { isVisible } from '../row/row-code.ts';
import { canonicalText } from '../type/fingerprint.ts';

/** One difference of two declarations: `+` declared only, `-` stored only, `~` in both and not alike. */
export interface DiffLine {
  readonly text: string;
  readonly refusal?: Refusal;
}

/** How the declared schema differs from the stored one, columns first. */
export function diffSchemas(stored: TypeSchema, declared: TypeSchema): DiffLine[] {
  const pairs = pairColumns(stored, declared);
  const dropped = stored.columns.filter((column) => isVisible(column) && !pairs.some((pair) => pair.stored === column));
  return [
    ...pairs.flatMap((pair) => columnLines(pair, stored, declared, dropped)),
    ...dropped.map((column) => line(`- ${columnText(column)}`)),
    ...keyLines(stored, declared, pairs),
    ...indexLines(stored, declared, pairs),
    ...optionLines(stored, declared),
    ...orderLines(pairs),
  ];
}

/** The lines of a diff, with what is refused and why beside them. */
export function diffText(lines: readonly DiffLine[]): string {
  return lines
    .map(({ text, refusal }) =>
      refusal === undefined ? `  ${text}` : `  ${text}\n      refused: ${sentence(refusal)}`,
    )
    .join('\n');
}

function sentence({ why, wayOut }: Refusal): string {
  return `${why}; ${wayOut}.`;
}

function line(text: string, refusal?: Refusal): DiffLine {
  return refusal === undefined ? { text } : { text, refusal };
}

function columnLines(
  pair: ColumnPair,
  stored: TypeSchema,
  declared: TypeSchema,
  dropped: readonly ColumnSchema[],
): DiffLine[] {
  if (!isVisible(pair.declared)) return [];
  const refusal = refusalOf(pair, isFixedColumn(declared, pair.declared) || isFixedIn(stored, pair.stored));
  if (pair.stored === undefined) return [line(`+ ${columnText(pair.declared)}`, orRename(refusal, pair, dropped))];
  const lines = changeTexts(pair.stored, pair.declared);
  if (lines.length === 0 && refusal !== undefined) lines.push(`~ ${columnText(pair.declared)}`);
  return lines.map((text, at) => (at === 0 ? line(text, refusal) : line(text)));
}

/** A new column that is refused may be an old one under another name: then the way out is to say so. */
function orRename(
  refusal: Refusal | undefined,
  { declared, doubt }: ColumnPair,
  dropped: readonly ColumnSchema[],
): Refusal | undefined {
  if (refusal === undefined || doubt !== undefined) return refusal;
  const old = dropped.find((stored) => refusalOf({ declared, stored }, false) === undefined);
  if (old === undefined) return refusal;
  return { ...refusal, wayOut: `${refusal.wayOut}, or, if it is ${old.name} under another name, .from('${old.name}')` };
}

function changeTexts(stored: ColumnSchema, declared: ColumnSchema): string[] {
  const texts: string[] = [];
  const [before, after] = [shapeText(stored), shapeText(declared)];
  if (before !== after) texts.push(`~ ${declared.name}: ${before} → ${after}`);
  else if (!isAlike(stored, declared)) texts.push(`~ ${columnText(declared)}, not alike in a part that is cut here`);
  if (stored.name !== declared.name) texts.push(`~ ${declared.name}: was ${stored.name}`);
  if (stored.sqlName !== declared.sqlName && !(followsName(stored) && followsName(declared)))
    texts.push(`~ ${declared.name}: SQL name ${stored.sqlName} → ${declared.sqlName}`);
  return texts;
}

/** Whether a rename says it all. */
function followsName({ name, sqlName }: ColumnSchema): boolean {
  return sqlName === snakeCase(name);
}

/** Texts are cut, so that equal ones may hide a difference. */
function isAlike(a: ColumnSchema, b: ColumnSchema): boolean {
  return canonicalText([a.kind, a.default]) === canonicalText([b.kind, b.default]);
}

function isFixedIn(stored: TypeSchema, column: ColumnSchema | undefined): boolean {
  return column !== undefined && isFixedColumn(stored, column);
}

const NEW_TYPE = 'declare a new type and copy the rows';

function keyLines(stored: TypeSchema, declared: TypeSchema, pairs: readonly ColumnPair[]): DiffLine[] {
  const origin = (ordinal: number): number => pairs[ordinal].stored?.ordinal ?? -1;
  const lines: DiffLine[] = [];
  if (declared.key.map(origin).join() !== stored.key.join()) {
    const why = 'the key tells rows apart and never changes';
    lines.push(line(`~ key: ${keyText(stored)} → ${keyText(declared)}`, { why, wayOut: NEW_TYPE }));
  }
  if (origin(declared.routing) !== stored.routing) {
    const [before, after] = [stored, declared].map(({ columns, routing }) => columns[routing].name);
    const why = 'the routing value places rows and never changes';
    lines.push(line(`~ routing: ${before} → ${after}`, { why, wayOut: NEW_TYPE }));
  }
  return lines;
}

function keyText({ key, columns }: TypeSchema): string {
  const names = key.map((ordinal) => columns[ordinal]);
  return names[0].role === 'hiddenKey' ? 'hidden' : names.map((column) => column.name).join(', ');
}

function indexLines(stored: TypeSchema, declared: TypeSchema, pairs: readonly ColumnPair[]): DiffLine[] {
  const origin = (ordinal: number): number => pairs[ordinal].stored?.ordinal ?? -1;
  const before = new Map(stored.indexes.map((index) => [`${index.kind} ${index.columns.join()}`, index]));
  const lines: DiffLine[] = [];
  for (const index of declared.indexes) {
    const id = `${index.kind} ${index.columns.map(origin).join()}`;
    const same = before.get(id);
    before.delete(id);
    if (same === undefined) lines.push(line(`+ ${indexText(index, declared)}`));
    else if (same.name !== index.name) lines.push(line(`~ ${indexText(index, declared)}: was ${same.name}`));
  }
  for (const index of before.values()) lines.push(line(`- ${indexText(index, stored)}`));
  return lines;
}

function indexText({ name, kind, columns }: IndexSchema, schema: TypeSchema): string {
  const names = columns.map((ordinal) => schema.columns[ordinal].name).join(', ');
  return `index ${name}: ${kind} on ${names}`;
}

function optionLines(stored: TypeSchema, declared: TypeSchema): DiffLine[] {
  const lines: DiffLine[] = [];
  if (stored.sqlName !== declared.sqlName) lines.push(line(`~ SQL name: ${stored.sqlName} → ${declared.sqlName}`));
  for (const [option, textOf] of [
    ['ttl', ttlText],
    ['evict', evictText],
    ['log', logText],
  ] as const) {
    const [before, after] = [textOf(stored), textOf(declared)];
    if (before !== after) lines.push(line(`~ ${option}: ${before} → ${after}`));
  }
  return lines;
}

function evictText({ evict, columns }: TypeSchema): string {
  if (evict === undefined) return 'none';
  const how = evict.column === undefined ? 'lru' : `by ${columns[evict.column].name}`;
  return evict.maxRows === undefined ? how : `${how}, at most ${evict.maxRows} rows`;
}

function logText({ log }: TypeSchema): string {
  return log === undefined ? 'changes' : 'whole rows';
}

function ttlText(schema: TypeSchema): string {
  if (expiryOf(schema) < 0) return 'none';
  return schema.ttlMs === undefined ? 'perWrite' : `${schema.ttlMs} ms`;
}

function orderLines(pairs: readonly ColumnPair[]): DiffLine[] {
  const ordinals = pairs.flatMap((pair) =>
    pair.stored !== undefined && isVisible(pair.stored) ? [pair.stored.ordinal] : [],
  );
  const isRising = ordinals.every((ordinal, at) => at === 0 || ordinal > ordinals[at - 1]);
  return isRising ? [] : [line('~ columns in another order')];
}
