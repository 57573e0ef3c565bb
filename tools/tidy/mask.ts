/**
 * Blanks out comments, and if asked the contents of strings, so that rules can search source text for code without
 * being misled by prose. A small scanner rather than a parser: it knows comments, the three kinds of string, template
 * substitutions and regular expressions, and keeps every line and column where it was.
 */
export interface MaskOptions {
  /** Blank the contents of strings and templates too; their quotes stay. */
  readonly strings: boolean;
}

export function mask(text: string, options: MaskOptions): string {
  return new Masker(text, options.strings).run();
}

const BLANK = /[^\n\r]/g;
/** After one of these a slash begins a regular expression; after a value it divides. */
const BEFORE_REGEXP = /(?:^|[(,=:[!&|?{};+\-*%~^<>\n]|\b(?:return|typeof|case|in|of|do|else|void|await|yield))\s*$/;

class Masker {
  readonly #text: string;
  readonly #strings: boolean;
  #position = 0;
  #out = '';

  constructor(text: string, strings: boolean) {
    this.#text = text;
    this.#strings = strings;
  }

  run(): string {
    this.#code(false);
    return this.#out;
  }

  /** Copies code until the end, or up to the brace that closes a template substitution. */
  #code(inTemplate: boolean): void {
    let depth = 0;
    while (this.#position < this.#text.length) {
      const char = this.#text[this.#position]!;
      if (char === '{') depth++;
      if (char === '}' && depth-- === 0 && inTemplate) return;
      this.#token(char);
    }
  }

  #token(char: string): void {
    const next = this.#text[this.#position + 1];
    if (char === '/' && next === '/') this.#blank(this.#until('\n'));
    else if (char === '/' && next === '*') this.#blank(this.#until('*/', 2) + 2);
    else if (char === "'" || char === '"') this.#quoted(char);
    else if (char === '`') this.#template();
    else if (char === '/' && BEFORE_REGEXP.test(this.#out.slice(-40))) this.#regexp();
    else this.#copy(this.#position + 1);
  }

  #quoted(quote: string): void {
    this.#copy(this.#position + 1);
    const end = this.#scan((char) => char === quote || char === '\n');
    this.#content(end);
    this.#copy(end + 1);
  }

  #template(): void {
    this.#copy(this.#position + 1);
    while (this.#position < this.#text.length) {
      const end = this.#scan((char, index) => char === '`' || (char === '$' && this.#text[index + 1] === '{'));
      this.#content(end);
      if (this.#text[end] !== '$') return this.#copy(end + 1);
      this.#copy(end + 2);
      this.#code(true);
      this.#copy(this.#position + 1);
    }
  }

  #regexp(): void {
    let inClass = false;
    this.#copy(this.#position + 1);
    const end = this.#scan((char) => {
      if (char === '[') inClass = true;
      if (char === ']') inClass = false;
      return char === '\n' || (char === '/' && !inClass);
    });
    this.#content(end);
    this.#copy(end + 1);
  }

  /** The position of the first character that ends it; escaped characters never do. */
  #scan(ends: (char: string, index: number) => boolean): number {
    let index = this.#position;
    while (index < this.#text.length && !ends(this.#text[index]!, index)) index += this.#text[index] === '\\' ? 2 : 1;
    return Math.min(index, this.#text.length);
  }

  #until(mark: string, from = 0): number {
    const index = this.#text.indexOf(mark, this.#position + from);
    return index === -1 ? this.#text.length : index;
  }

  #content(end: number): void {
    if (this.#strings) this.#blank(end);
    else this.#copy(end);
  }

  #blank(end: number): void {
    this.#out += this.#text.slice(this.#position, end).replace(BLANK, ' ');
    this.#position = Math.min(end, this.#text.length);
  }

  #copy(end: number): void {
    this.#out += this.#text.slice(this.#position, end);
    this.#position = Math.min(end, this.#text.length);
  }
}
