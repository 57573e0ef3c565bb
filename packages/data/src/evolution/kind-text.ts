import type { ColumnSchema, Kind } from '../type/schema.ts';
import { Decimal } from '../value/decimal.ts';

const MEMBERS_SHOWN = 8;
const DEFAULT_LENGTH_SHOWN = 24;

/** A column as a diff shows it: `note: string optional`, `qty: int32 default 1`. */
export function columnText(column: ColumnSchema): string {
  return `${column.name}: ${shapeText(column)}`;
}

/** A column without its name: `string optional`. */
export function shapeText(column: ColumnSchema): string {
  const parts = [roleText(column)];
  if (column.optional) parts.push('optional');
  if (column.default !== undefined) parts.push(`default ${valueText(column.default)}`);
  return parts.join(' ');
}

/** A kind as a diff shows it: `decimal(18, 4)`, `enum(new, filled)`. */
export function kindText(kind: Kind): string {
  switch (kind.name) {
    case 'decimal':
      return `decimal(${kind.precision}, ${kind.scale})`;
    case 'enum':
      return `enum(${membersText(kind.members)})`;
    case 'timestamp':
      return kind.as === 'micros' ? 'timestamp(micros)' : 'timestamp';
    case 'array':
      return `array(${kindText(kind.element)})`;
    default:
      return kind.name;
  }
}

function roleText({ role, kind }: ColumnSchema): string {
  if (role === 'generatedId') return 'id';
  return role === 'version' ? 'version' : kindText(kind);
}

function membersText(members: readonly string[]): string {
  const more = members.length - MEMBERS_SHOWN;
  const shown = members.slice(0, MEMBERS_SHOWN).join(', ');
  return more > 0 ? `${shown}, and ${more} more` : shown;
}

/** Defaults belong to the declaration, so they may be shown; long ones are cut. */
function valueText(value: unknown): string {
  const text = defaultText(value);
  return text.length > DEFAULT_LENGTH_SHOWN ? `${text.slice(0, DEFAULT_LENGTH_SHOWN)}…` : text;
}

function defaultText(value: unknown): string {
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Uint8Array) return `${value.length} bytes`;
  if (Array.isArray(value)) return `${value.length} elements`;
  if (typeof value === 'bigint') return `${value}n`;
  return value instanceof Decimal ? value.toString() : JSON.stringify(value);
}
