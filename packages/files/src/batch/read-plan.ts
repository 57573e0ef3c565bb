import { WeftError } from '@weft/base';
import { isVisible, nearestName, type ColumnSchema, type TypeSchema } from '@weft/data';

/** What a reader must know of the type and of the wishes of the caller. Plain data: it goes to other threads. */
export interface ReadPlan {
  readonly typeName: string;
  /** The columns that a row may give, defaults left out. */
  readonly columns: readonly PlanColumn[];
  /** File column → column of the type, or `null` where it is passed over. Others go by their name. */
  readonly mapping: Readonly<Record<string, string | null>>;
  /** What happens to file columns that the type does not have. */
  readonly extra: 'refuse' | 'ignore';
  /** The column that gets the number of the record in the file, from 0. */
  readonly rowNumber: string | undefined;
}

/** A column, and whether a row may lack it. */
export interface PlanColumn {
  readonly schema: ColumnSchema;
  readonly mayLack: boolean;
}

/** The plan of an import into a type. Throws COLUMN_UNKNOWN, OPTION_INVALID. */
export function readPlan(
  schema: TypeSchema,
  {
    columns: mapping = {},
    extra = 'refuse',
    rowNumber,
  }: {
    readonly columns?: Readonly<Record<string, string | null>> | undefined;
    readonly extra?: 'refuse' | 'ignore' | undefined;
    readonly rowNumber?: string | undefined;
  },
): ReadPlan {
  const columns = schema.columns.filter(isVisible).map(planColumn);
  const names = columns.map((column) => column.schema.name);
  for (const name of Object.values(mapping))
    if (name !== null && !names.includes(name)) throw unknown(schema, name, names);
  if (rowNumber !== undefined) checkRowNumber(schema, columns, rowNumber);
  return { typeName: schema.name, columns, mapping, extra, rowNumber };
}

function planColumn(schema: ColumnSchema): PlanColumn {
  const { default: value, ...rest } = schema;
  return { schema: rest, mayLack: schema.optional || value !== undefined || schema.role !== 'data' };
}

function checkRowNumber(schema: TypeSchema, columns: readonly PlanColumn[], name: string): void {
  const column = columns.find((candidate) => candidate.schema.name === name);
  if (column === undefined)
    throw unknown(
      schema,
      name,
      columns.map((candidate) => candidate.schema.name),
    );
  if (['int32', 'int64', 'float64'].includes(column.schema.kind.name)) return;
  throw new WeftError(
    'OPTION_INVALID',
    `${schema.name}.${name}: rowNumber needs a column of kind int32, int64 or float64.`,
  );
}

/** The column of the type for a name in the file; `undefined` where it is passed over. Throws COLUMN_UNKNOWN. */
export function columnFor(plan: ReadPlan, name: string): PlanColumn | undefined {
  const mapped = Object.hasOwn(plan.mapping, name) ? plan.mapping[name]! : undefined;
  if (mapped === null || (Object.hasOwn(plan.mapping, name) && mapped === undefined)) return undefined;
  const { columns } = plan;
  const found =
    columns.find(({ schema }) => schema.name === (mapped ?? name)) ??
    (mapped === undefined ? columns.find(({ schema }) => schema.sqlName === name) : undefined);
  if (found !== undefined || plan.extra === 'ignore') return found;
  const near = nearestName(
    name,
    columns.map(({ schema }) => schema.name),
  );
  throw new WeftError(
    'COLUMN_UNKNOWN',
    `${plan.typeName} has no column for ${JSON.stringify(name.slice(0, 100))} of the file${near === undefined ? '' : `; the nearest is ${near}`}.`,
    {
      hint: `${delimiterHint(name)}Map it with columns: { ${JSON.stringify(name.slice(0, 100))}: 'column' }, pass it over with null, or say extra: 'ignore'.`,
    },
  );
}

/** A whole header in one name: its fields are divided by something else. */
function delimiterHint(name: string): string {
  const delimiter = /[;\t|]/.exec(name)?.[0];
  if (delimiter === undefined) return '';
  const shown = JSON.stringify(delimiter);
  return `If ${shown} stands between columns, say csv: { delimiter: ${shown} }, on the command line --delimiter. Otherwise: `;
}

function unknown(schema: TypeSchema, name: string, names: readonly string[]): WeftError {
  const near = nearestName(name, names);
  return new WeftError(
    'COLUMN_UNKNOWN',
    `${schema.name}: ${JSON.stringify(name)} is not a column.${near === undefined ? '' : ` Did you mean ${near}?`}`,
  );
}
