/** What the standard output of a command can show. */
export interface Terminal {
  /** Whether the cursor may be moved: a person watches, and the terminal is not a dumb one. */
  readonly interactive: boolean;
  readonly color: boolean;
}

export type ColorChoice = 'auto' | 'always' | 'never';

/** Environment variables that matter here; see no-color.org and force-color.org. */
export interface TerminalEnvironment {
  readonly NO_COLOR?: string | undefined;
  readonly FORCE_COLOR?: string | undefined;
  readonly TERM?: string | undefined;
}

/** Decides from flag, environment and stream, in this order of weight. */
export function terminalOf(isTty: boolean, environment: TerminalEnvironment, choice: ColorChoice): Terminal {
  const interactive = isTty && environment.TERM !== 'dumb';
  return { interactive, color: colorOf(interactive, environment, choice) };
}

function colorOf(interactive: boolean, { NO_COLOR, FORCE_COLOR }: TerminalEnvironment, choice: ColorChoice): boolean {
  if (choice !== 'auto') return choice === 'always';
  if (NO_COLOR !== undefined && NO_COLOR !== '') return false;
  if (FORCE_COLOR !== undefined && FORCE_COLOR !== '') return FORCE_COLOR !== '0';
  return interactive;
}
