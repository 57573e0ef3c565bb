import type { OutputStream } from '../cli/command.ts';
import type { Figures } from './figures.ts';
import type { RecoveryProgress } from '../durable/recovery-progress.ts';
import { figuresJson, recoveryJson, summaryJson } from './json-line.ts';
import { plainLine } from './plain-line.ts';
import { recoveryLine, type JournalPlace } from './recovery.ts';
import { renderScreen } from './screen.ts';
import { closingLines, type DemoSummary } from './summary.ts';
import type { Writable } from 'node:stream';

/** Where looks go. One of three forms; all are done with `close`, also when the demo failed. */
export interface Output {
  /** How far reading an earlier journal is. */
  reading(progress: RecoveryProgress, directory: string): void;
  /** Where the journal is, and what was found there. */
  opened(place: JournalPlace): void;
  show(figures: Figures): void;
  /** Puts the terminal back as it was. Safe to call twice. */
  restore(): void;
  close(summary: DemoSummary): void;
}

/** A line of JSON per look on stdout, and nothing else there. */
export function jsonOutput(stdout: OutputStream, stderr: Writable): Output {
  return {
    reading: () => undefined,
    opened({ recovery, directory }) {
      if (recovery !== undefined) stdout.write(`${recoveryJson(recovery, directory)}\n`);
    },
    show: (figures) => void stdout.write(`${figuresJson(figures)}\n`),
    restore: () => undefined,
    close(summary) {
      stdout.write(`${summaryJson(summary)}\n`);
      stderr.write(closingText(summary));
    },
  };
}

/** A line of text per look. */
export function plainOutput(stdout: OutputStream): Output {
  let directory: string | undefined;
  return {
    reading: () => undefined,
    opened(place) {
      directory = place.directory;
      if (place.recovery !== undefined) stdout.write(`${recoveryLine(place.recovery, directory)}\n`);
    },
    show: (figures) => void stdout.write(`${plainLine(figures, directory)}\n`),
    restore: () => undefined,
    close: (summary) => void stdout.write(closingText(summary)),
  };
}

const ESC = '\u001b[';
/** The other screen of the terminal, so that the shell's own lines come back at the end; no cursor, no wrapping. */
const ENTER = `${ESC}?1049h${ESC}?25l${ESC}?7l`;
const LEAVE = `${ESC}?7h${ESC}?25h${ESC}?1049l`;
const HOME = `${ESC}H`;
const CLEAR_LINE = `${ESC}K`;
const CLEAR_BELOW = `${ESC}J`;

/** The dashboard, painted in place and again when the terminal changes its size. */
export class ScreenOutput implements Output {
  readonly #stdout: OutputStream;
  readonly #color: boolean;
  #figures: Figures | undefined;
  #entered = false;
  #place: JournalPlace | undefined;
  readonly #onResize = (): void => this.#paint();

  constructor(stdout: OutputStream, color: boolean) {
    this.#stdout = stdout;
    this.#color = color;
  }

  reading({ bytes, bytesTotal }: RecoveryProgress, directory: string): void {
    const share = bytesTotal === 0 ? 1 : Math.min(1, bytes / bytesTotal);
    this.#stdout.write(`\rReading ${directory}: ${Math.floor(share * 100)} %${CLEAR_LINE}`);
  }

  opened(place: JournalPlace): void {
    this.#place = place;
    this.#stdout.write(`\r${CLEAR_LINE}`);
    if (place.recovery !== undefined) this.#stdout.write(`${recoveryLine(place.recovery, place.directory)}\n`);
  }

  show(figures: Figures): void {
    this.#figures = figures;
    if (!this.#entered) this.#enter();
    this.#paint();
  }

  restore(): void {
    if (!this.#entered) return;
    this.#entered = false;
    this.#stdout.off('resize', this.#onResize);
    this.#stdout.write(LEAVE);
  }

  close(summary: DemoSummary): void {
    this.restore();
    this.#stdout.write(closingText(summary));
  }

  #enter(): void {
    this.#entered = true;
    this.#stdout.write(ENTER);
    this.#stdout.on('resize', this.#onResize);
  }

  #paint(): void {
    if (this.#figures === undefined) return;
    const { columns = 80, rows = 24 } = this.#stdout;
    const lines = renderScreen(this.#figures, { columns, rows, color: this.#color }, this.#place);
    this.#stdout.write(HOME + lines.map((line) => line + CLEAR_LINE).join('\r\n') + CLEAR_BELOW);
  }
}

function closingText(summary: DemoSummary): string {
  return `${closingLines(summary).join('\n')}\n`;
}
