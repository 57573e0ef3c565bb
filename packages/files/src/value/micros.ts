import { WeftError } from '@weft/base';
import { cellOfValue, checkerOfKind } from '@weft/data';
import { instantText } from './instant.ts';

/** Microseconds since 1970 of an instant in text; a text without a zone is in UTC. `undefined` for another form. */
export function microsOf(text: string, where: string): bigint | undefined {
  const parts = instantText(text);
  if (parts === undefined) return undefined;
  const local = checkerOfKind({ name: 'localTimestamp' }, where)(parts.local);
  return (cellOfValue({ name: 'localTimestamp' }, local) as bigint) - parts.offsetMicros;
}

/** The same as a `Date`, which holds milliseconds: what is finer is refused, since it would be lost. */
export function dateOf(text: string, where: string): Date | undefined {
  const micros = microsOf(text, where);
  if (micros === undefined) return undefined;
  if (micros % 1000n === 0n) return new Date(Number(micros / 1000n));
  throw new WeftError(
    'VALUE_OUT_OF_RANGE',
    `${where}: the text is finer than a millisecond; declare t.timestamp({ as: 'micros' }) to keep it.`,
  );
}
