import { WeftError } from '@weft/base';

/** How a CSV file is written. */
export interface CsvOptions {
  /** One character between fields: `,` unless said otherwise; `\t` for files that end in .tsv. */
  readonly delimiter?: string | undefined;
  /** The character around fields that hold delimiters or lines: `"` unless said otherwise. */
  readonly quote?: string | undefined;
  /** The text, unquoted, that stands for no value: empty unless said otherwise. */
  readonly null?: string | undefined;
}

/** The same, checked. */
export interface CsvForm {
  readonly delimiter: string;
  readonly quote: string;
  readonly none: string;
}

/** Throws OPTION_INVALID. */
export function csvForm(options: CsvOptions = {}, isTabbed = false): CsvForm {
  const { delimiter = isTabbed ? '\t' : ',', quote = '"', null: none = '' } = options;
  checkCharacter('delimiter', delimiter);
  checkCharacter('quote', quote);
  if (delimiter === quote)
    throw new WeftError('OPTION_INVALID', 'csv: delimiter and quote are two different characters.');
  if (typeof none !== 'string' || /[\r\n]/.test(none) || none.includes(quote) || none.includes(delimiter))
    throw new WeftError('OPTION_INVALID', 'csv: null is a text without quotes, delimiters and line ends.');
  return { delimiter, quote, none };
}

function checkCharacter(option: string, text: unknown): void {
  if (typeof text === 'string' && text.length === 1 && text.charCodeAt(0) < 0x80 && text !== '\n' && text !== '\r')
    return;
  throw new WeftError('OPTION_INVALID', `csv: ${option} is one ASCII character, no line end.`);
}
