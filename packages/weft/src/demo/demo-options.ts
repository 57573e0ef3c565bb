import type { OptionSpec, ParsedOptions } from '../cli/option-table.ts';
import type { ColorChoice } from '../cli/terminal.ts';
import { UsageError } from '../cli/usage-error.ts';
import { durationMs, oneOf, wholeNumber } from '../cli/values.ts';

/** Flights in the file. */
const FLIGHTS = 3_000_000;
/** So that the last simulated hour has flights to show. */
export const ROWS_MIN = 10_000;
/** The share of the flights that is history: two and a half million of three. */
const HISTORY_SHARE = 5 / 6;
const RATE_DEFAULT = 5_000;
const ALERT_MINUTES_DEFAULT = 180;

export interface DemoOptions {
  /** Flights of one lap: the first so many of the file. */
  readonly rows: number;
  readonly historyRows: number;
  /** Rows that stay in the grid at most. */
  readonly keepRows: number;
  /** Where the journal goes; undefined for a temporary directory. */
  readonly dataDir: string | undefined;
  /** Whether a temporary directory is left at the end. */
  readonly keepData: boolean;
  /** Whether the grid is in a process of its own. */
  readonly isRemote: boolean;
  readonly pace: { readonly rate: number } | { readonly speed: number };
  readonly alertMinutes: number;
  /** Undefined: until Ctrl-C. */
  readonly exitAfterMs: number | undefined;
  readonly form: 'auto' | 'plain' | 'json';
  readonly color: ColorChoice;
}

export const demoOptionSpecs: readonly OptionSpec[] = [
  {
    name: 'rate',
    value: 'EVENTS',
    summary: 'Live events per second, 1 to 1m, whatever their simulated time.',
    default: '5000',
  },
  {
    name: 'speed',
    value: 'SECONDS',
    summary: 'Instead of --rate: simulated seconds per second, 1 to 1m; 3600 is one hour a second, about 700 events.',
  },
  {
    name: 'rows',
    value: 'ROWS',
    summary:
      'Use only the first so many flights, 10k to 3m; five of six are history, the rest streams and then wraps round.',
    default: '3m',
  },
  {
    name: 'keep-rows',
    value: 'ROWS',
    summary: 'Rows that stay in memory, at least the history; each event beyond deletes the oldest.',
    default: 'as --rows',
  },
  {
    name: 'data-dir',
    value: 'DIR',
    summary: 'Directory of the journal, kept at the end; where it holds flights already, the demo goes on with them.',
    default: 'a temporary one, removed at the end',
  },
  {
    name: 'remote',
    summary: 'The grid in a process of its own; what is shown is what this one sees over the network.',
  },
  { name: 'keep', summary: 'Leave the temporary directory at the end.' },
  {
    name: 'alert',
    value: 'MINUTES',
    summary: 'Delay from which a live flight raises an alert, 1 to 10k.',
    default: '180',
  },
  {
    name: 'exit-after',
    value: 'DURATION',
    summary: 'Stop by itself, for example after 20s or 2m.',
    default: 'run until Ctrl-C',
  },
  { name: 'json', summary: 'One line of JSON per second on standard output, a summary at the end.' },
  { name: 'plain', summary: 'One line of text per second, as it is when standard output is not a terminal.' },
  {
    name: 'color',
    value: 'WHEN',
    summary: 'auto, always or never; NO_COLOR and FORCE_COLOR count as well.',
    default: 'auto',
  },
  { name: 'help', short: 'h', summary: 'Show this help.' },
];

/** Reads what the command line said. Throws a usage error for what cannot be. */
export function demoOptions(options: ParsedOptions): DemoOptions {
  const number = (name: string, standard: number, min: number, max: number): number => {
    const text = options.text(name);
    return text === undefined ? standard : wholeNumber(name, text, { min, max });
  };
  const rows = number('rows', FLIGHTS, ROWS_MIN, FLIGHTS);
  const historyRows = Math.floor(rows * HISTORY_SHARE);
  const exitAfter = options.text('exit-after');
  if (options.is('json') && options.is('plain'))
    throw new UsageError('--json and --plain exclude each other', 'give one of them');
  if (options.is('keep') && options.text('data-dir') !== undefined)
    throw new UsageError('--keep is for a temporary directory', 'leave it out: --data-dir stays anyway');
  return {
    rows,
    historyRows,
    keepRows: number('keep-rows', rows, historyRows, 100_000_000),
    dataDir: options.text('data-dir'),
    keepData: options.is('keep'),
    isRemote: options.is('remote'),
    pace: paceOf(options, number),
    alertMinutes: number('alert', ALERT_MINUTES_DEFAULT, 1, 10_000),
    exitAfterMs: exitAfter === undefined ? undefined : durationMs('exit-after', exitAfter),
    form: options.is('json') ? 'json' : options.is('plain') ? 'plain' : 'auto',
    color: oneOf('color', options.text('color') ?? 'auto', ['auto', 'always', 'never']),
  };
}

function paceOf(
  options: ParsedOptions,
  number: (name: string, standard: number, min: number, max: number) => number,
): DemoOptions['pace'] {
  if (options.text('speed') === undefined) return { rate: number('rate', RATE_DEFAULT, 1, 1_000_000) };
  if (options.text('rate') !== undefined)
    throw new UsageError(
      '--rate and --speed exclude each other',
      'give events per second or simulated seconds per second',
    );
  return { speed: number('speed', 1, 1, 1_000_000) };
}
