import type { Writable } from 'node:stream';

export type EventLevel = 'info' | 'warn' | 'error';

/** Something that an operator may want to know. */
export interface LogEvent {
  readonly level: EventLevel;
  /** Who says so: `launcher`, `member`, `host 0`. */
  readonly from: string;
  readonly message: string;
  /** Id of the trace that the request belongs to which it is about. */
  readonly trace?: string | undefined;
}

/** Where events go: a line each. */
export class EventLog {
  readonly #to: Writable;
  readonly #isJson: boolean;
  readonly #now: () => Date;

  constructor(to: Writable, isJson: boolean, now: () => Date = () => new Date()) {
    this.#to = to;
    this.#isJson = isJson;
    this.#now = now;
  }

  info(from: string, message: string): void {
    this.write({ level: 'info', from, message });
  }

  warn(from: string, message: string): void {
    this.write({ level: 'warn', from, message });
  }

  error(from: string, message: string): void {
    this.write({ level: 'error', from, message });
  }

  write({ level, from, message, trace }: LogEvent): void {
    const at = this.#now().toISOString();
    const text = message.trimEnd();
    this.#to.write(
      this.#isJson
        ? `${JSON.stringify({ at, level, from, message: text, trace })}\n`
        : `${at} ${level.padEnd(5)} ${from}: ${text.replaceAll('\n', '\n    ')}${trace === undefined ? '' : ` (trace ${trace})`}\n`,
    );
  }
}
