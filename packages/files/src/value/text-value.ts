import { unreachable, WeftError } from '@weft/base';
import { checkerOfKind, Decimal, describeKind, type Kind, type ScalarKind } from '@weft/data';
import { bytesOf } from './bytes-text.ts';
import { instantText } from './instant.ts';
import { jsonReader } from './json-value.ts';
import { dateOf, microsOf } from './micros.ts';

/** Makes the checked value of a text, or throws VALUE_INVALID, VALUE_OUT_OF_RANGE, VALUE_TOO_LARGE. */
export type TextReader = (text: string) => unknown;

/** Reads values of one kind from text, as CSV has them. `where` begins the messages: `Flight.delay`. */
export function textReader(kind: Kind, where: string): TextReader {
  const check = checkerOfKind(kind, where);
  const parse = parserOf(kind, where);
  return (text) => check(parse(text));
}

function parserOf(kind: Kind, where: string): TextReader {
  const wrong = (): never => wrongText(kind, where);
  switch (kind.name) {
    case 'bool':
      return (text) => BOOLS.get(text.toLowerCase()) ?? wrong();
    case 'int16':
    case 'int32':
      return (text) => (INTEGER.test(text) ? Number(text) : wrong());
    case 'int64':
      return (text) => (INTEGER.test(text) ? BigInt(text) : wrong());
    case 'float32':
    case 'float64':
      return (text) => (NUMBER.test(text) ? Number(text) : wrong());
    case 'decimal':
      return (text) => decimalOf(text) ?? wrong();
    case 'timestamp':
      return kind.as === 'date' ? (text) => dateOf(text, where) ?? wrong() : (text) => microsOf(text, where) ?? wrong();
    case 'localTimestamp':
      return (text) => localOf(text) ?? wrong();
    case 'bytes':
      return (text) => bytesOf(text) ?? wrong();
    case 'json':
      return (text) => {
        const value = parseJson(text);
        return value === undefined ? wrong() : value;
      };
    case 'array':
      return arrayParser(kind.element, where);
    case 'date':
    case 'string':
    case 'enum':
    case 'uuid':
      return (text) => text;
    default:
      return unreachable(kind, 'a kind without a text form');
  }
}

const BOOLS: ReadonlyMap<string, boolean> = new Map([
  ['true', true],
  ['t', true],
  ['1', true],
  ['yes', true],
  ['false', false],
  ['f', false],
  ['0', false],
  ['no', false],
]);
/** No longer than any number that fits: a text of a million digits would cost seconds. */
const INTEGER = /^[+-]?\d{1,40}$/;
const NUMBER = /^[+-]?(?:\d{1,400}(?:\.\d{0,400})?|\.\d{1,400})(?:[eE][+-]?\d{1,4})?$/;

function decimalOf(text: string): Decimal | undefined {
  try {
    return Decimal.from(text);
  } catch {
    return undefined;
  }
}

function localOf(text: string): string | undefined {
  const parts = instantText(text);
  return parts === undefined || parts.hasZone ? undefined : parts.local;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function arrayParser(element: ScalarKind, where: string): TextReader {
  const read = jsonReader({ name: 'array', element }, where);
  return (text) => read(parseJson(text));
}

/** The message shows nothing of the text. */
function wrongText(kind: Kind, where: string): never {
  throw new WeftError('VALUE_INVALID', `${where}: expected ${describeKind(kind)}, got a text of another form.`, {
    hint: 'Correct the field, or import the column under another kind.',
  });
}
