import { defineType, snakeCase, t, type AnyColumn, type AnyType, type Kind } from '@weft/data';

/** One column of a proposed type. */
export interface ProposedColumn {
  /** In the file. */
  readonly from: string;
  readonly name: string;
  readonly kind: Kind;
  readonly optional: boolean;
  readonly isUnique: boolean;
}

/** A type proposed from data. */
export interface TypeProposal {
  readonly name: string;
  /** The source text of a module that declares the type. */
  readonly source: string;
  /** The type itself, usable at once. */
  readonly type: AnyType;
  /** What to hand to `importRows` as `columns`: the file columns that the type names otherwise. */
  readonly columns: Readonly<Record<string, string>>;
  /** Records that were looked at, those that were broken and passed over, and whether they were all. */
  readonly records: number;
  readonly broken: number;
  readonly isWhole: boolean;
  /** What a person should know of the file, in sentences; the source has them as comments. */
  readonly notes: readonly string[];
}

export interface ProposalParts {
  readonly name: string;
  readonly columns: readonly ProposedColumn[];
  readonly records: number;
  readonly broken: number;
  readonly isWhole: boolean;
  /** On single columns. */
  readonly notes?: readonly string[];
}

/** Kinds without a place in a key. */
const UNKEYABLE: readonly Kind['name'][] = ['float32', 'float64', 'json', 'array', 'bytes', 'bool', 'enum'];

export function proposalOf(parts: ProposalParts): TypeProposal {
  const { name, columns, records, broken, isWhole } = parts;
  const notes = notesOn(parts);
  const key = keyOf(columns);
  const renamed = columns.filter((column) => column.from !== column.name && column.from !== snakeCase(column.name));
  return {
    name,
    source: sourceOf(parts, key, notes),
    type: defineType(
      name,
      Object.fromEntries(columns.map((column) => [column.name, builderOf(column)])),
      (key === undefined ? {} : { key: key.name }) as object,
    ) as AnyType,
    columns: Object.fromEntries(renamed.map((column) => [column.from, column.name])),
    records,
    broken,
    isWhole,
    notes,
  };
}

/** The first unique column, one that is called an id before all others. */
function keyOf(columns: readonly ProposedColumn[]): ProposedColumn | undefined {
  const able = columns.filter(
    ({ kind, optional, isUnique }) => isUnique && !optional && !UNKEYABLE.includes(kind.name),
  );
  const named = (pattern: RegExp): ProposedColumn | undefined => able.find(({ name }) => pattern.test(name));
  return named(/^(?:id|key|uuid)$/i) ?? named(/(?:id|key|code|no|number)$/i) ?? able[0];
}

function sourceOf(
  { name, columns, records, isWhole }: ProposalParts,
  key: ProposedColumn | undefined,
  notes: readonly string[],
): string {
  const count = counted(records);
  const seen = isWhole ? `all ${count}` : `the first ${count}; later ones may hold something else`;
  const lines = columns.map((column) => `  ${column.name}: ${textOf(column)},${remarkOf(column)}`);
  return [
    "import { defineType, t } from 'weft';",
    '',
    `// Proposed from ${seen}.`,
    ...notes.map((note) => `// ${commentText(note)}`),
    ...(key === undefined
      ? ['// No column is unique: rows get a hidden key, and importing a file twice writes its rows twice.']
      : [
          `// Key: ${key.name}, which differs in ${isWhole ? 'all' : 'the first'} ${count}. Make sure that it always does.`,
        ]),
    `export const ${name} = defineType(`,
    `  '${name}',`,
    '  {',
    ...lines.map((line) => `  ${line}`),
    '  },',
    ...(key === undefined ? [] : [`  { key: '${key.name}' },`]),
    ');',
    '',
  ].join('\n');
}

function notesOn({ columns, broken, notes = [] }: ProposalParts): readonly string[] {
  const delimiter = /[;\t|,]/.exec(columns.length === 1 ? columns[0]!.from : '')?.[0];
  return [
    ...(broken === 0 ? [] : [`Passed over as broken: ${counted(broken)}. An import rejects them, each with its line.`]),
    ...(delimiter === undefined
      ? []
      : [
          `The header is one column with ${JSON.stringify(delimiter)} in its name. ` +
            `Where that stands between columns, say so: the option delimiter (on the command line --delimiter ${delimiter === '\t' ? "$'\\t'" : `'${delimiter}'`}).`,
        ]),
    ...notes,
  ];
}

function counted(records: number): string {
  return `${records.toLocaleString('en-US')} ${records === 1 ? 'record' : 'records'}`;
}

/** What may stand in a comment of one line. */
function commentText(text: string): string {
  return text.replaceAll(/[\r\n\u2028\u2029]/g, ' ');
}

function textOf({ kind, optional }: ProposedColumn): string {
  return `t.${callOf(kind)}${optional ? '.optional()' : ''}`;
}

function callOf(kind: Kind): string {
  switch (kind.name) {
    case 'decimal':
      return `decimal(${kind.precision}, ${kind.scale})`;
    case 'enum':
      return `enum(${JSON.stringify(kind.members).replaceAll(',"', ', "').replaceAll("'", "\\'").replaceAll('"', "'")})`;
    case 'timestamp':
      return kind.as === 'micros' ? "timestamp({ as: 'micros' })" : 'timestamp()';
    case 'array':
      return `array(t.${callOf(kind.element)})`;
    default:
      return `${kind.name}()`;
  }
}

function remarkOf({ from, name, kind }: ProposedColumn): string {
  const remarks = [
    ...(from === name || from === snakeCase(name) ? [] : [`${JSON.stringify(from)} in the file`]),
    ...(kind.name === 'enum' ? ['the members that were seen; rows with others are rejected'] : []),
  ];
  return remarks.length === 0 ? '' : ` // ${commentText(remarks.join('; '))}`;
}

function builderOf({ kind, optional }: ProposedColumn): AnyColumn {
  const column = columnOf(kind);
  return optional ? column.optional() : column;
}

interface Optional extends AnyColumn {
  optional(): AnyColumn;
}

function columnOf(kind: Kind): Optional {
  switch (kind.name) {
    case 'decimal':
      return t.decimal(kind.precision, kind.scale) as Optional;
    case 'enum':
      return t.enum(kind.members) as Optional;
    case 'timestamp':
      return kind.as === 'micros' ? (t.timestamp({ as: 'micros' }) as Optional) : (t.timestamp() as Optional);
    case 'array':
      return t.array(columnOf(kind.element) as never) as Optional;
    default:
      return t[kind.name]() as Optional;
  }
}
