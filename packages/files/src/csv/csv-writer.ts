import type { ColumnSchema } from '@weft/data';
import type { ByteTarget } from '../export/byte-target.ts';
import { TextOut, type RowWriter } from '../export/row-writer.ts';
import { textWriter } from '../value/value-text.ts';
import type { CsvForm } from './csv-form.ts';

/** CSV with a header, lines that end in LF. An absent value is the text of `null`; a text that looks like it is quoted. */
export class CsvWriter implements RowWriter {
  readonly #out: TextOut;
  readonly #fields: readonly { readonly name: string; readonly write: (value: unknown) => string }[];
  readonly #form: CsvForm;
  readonly #special: RegExp;
  #hasHeader = false;

  constructor(target: ByteTarget, columns: readonly ColumnSchema[], form: CsvForm) {
    this.#out = new TextOut(target);
    this.#form = form;
    this.#special = new RegExp(`[${escaped(form.delimiter)}${escaped(form.quote)}\\r\\n]`);
    this.#fields = columns.map(({ name, kind }) => ({ name, write: textWriter(kind) }));
  }

  get bytes(): number {
    return this.#out.bytes;
  }

  write(row: Readonly<Record<string, unknown>>): Promise<void> | undefined {
    const fields = this.#fields.map(({ name, write }) => this.#field(row[name], write));
    return this.#out.add(this.#header() + this.#line(fields));
  }

  async finish(): Promise<void> {
    await this.#out.add(this.#header());
    await this.#out.flush();
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  #header(): string {
    if (this.#hasHeader) return '';
    this.#hasHeader = true;
    return this.#line(this.#fields.map(({ name }) => name));
  }

  /** A line with nothing in it would be none: a lone column that lacks its value says so in quotes. */
  #line(fields: readonly string[]): string {
    const { delimiter, quote } = this.#form;
    return `${fields.length === 1 && fields[0] === '' ? quote + quote : fields.join(delimiter)}\n`;
  }

  #field(value: unknown, write: (value: unknown) => string): string {
    const { none, quote } = this.#form;
    if (value === undefined) return none;
    const text = write(value);
    if (text !== none && text !== '' && !this.#special.test(text)) return text;
    return quote + text.replaceAll(quote, quote + quote) + quote;
  }
}

function escaped(character: string): string {
  return `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`;
}
