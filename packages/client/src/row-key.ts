import type { KeyCode } from '@weft/data';
import { UnreadRow } from './unread-row.ts';

/** Which row it is, for an error that is about one of many. */
export interface RowKey {
  /** As `get` takes it. */
  readonly value: unknown;
  /** As messages show it. */
  readonly text: string;
}

/** The key of a row as a caller gave it; `undefined` where it has none yet, or none that could be one. */
export function keyOfInput(keyCode: KeyCode, row: unknown): RowKey | undefined {
  const { columns } = keyCode;
  if (columns[0]!.role === 'hiddenKey') return undefined;
  try {
    const input = row instanceof UnreadRow ? row.toObject() : row;
    const given = columns.map(({ name, default: filling }) => {
      const value = (input as Row)[name];
      return [name, value === undefined ? filling : value] as const;
    });
    const key = keyCode.check(columns.length === 1 ? given[0]![1] : Object.fromEntries(given));
    return { value: keyCode.shown(key), text: keyCode.describe(key) };
  } catch {
    // What is wrong with the key is the error that is being told.
    return undefined;
  }
}

type Row = Readonly<Record<string, unknown>>;
