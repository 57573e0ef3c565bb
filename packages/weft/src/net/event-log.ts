import type { Writable } from 'node:stream';

export type EventLevel = 'info' | 'warn' | 'error';

/** What an event is about. */
export interface EventSubject {
  /** The other end of a connection. */
  readonly peer?: string | undefined;
  /** Id of the trace that a request belongs to. */
  readonly trace?: string | undefined;
}

/** Something that an operator may want to know. */
export interface LogEvent extends EventSubject {
  readonly level: EventLevel;
  /** Who says so: `launcher`, `member`, `host 0`. */
  readonly from: string;
  readonly message: string;
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

  write({ level, from, message, peer, trace }: LogEvent): void {
    const at = this.#now().toISOString();
    const text = message.trimEnd();
    const about = `${peer === undefined ? '' : ` (${peer})`}${trace === undefined ? '' : ` (trace ${trace})`}`;
    this.#to.write(
      this.#isJson
        ? `${JSON.stringify({ at, level, from, message: text, peer, trace })}\n`
        : `${at} ${level.padEnd(5)} ${from}: ${text.replaceAll('\n', '\n    ')}${about}\n`,
    );
  }
}
