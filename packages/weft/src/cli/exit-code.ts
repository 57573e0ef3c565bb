/** What the process tells its caller. The numbers are part of the command line's contract; `weft help exit-codes` prints them. */
export const exitCode = {
  ok: 0,
  failed: 1,
  usage: 2,
  gaveUp: 3,
  interrupted: 130,
} as const;

export type ExitCode = (typeof exitCode)[keyof typeof exitCode];

/** The same numbers in words, for help. */
export const exitCodeMeanings: readonly (readonly [ExitCode, string])[] = [
  [exitCode.ok, 'done; also after Ctrl-C, since the demo stopped cleanly'],
  [exitCode.failed, 'failed; standard error says why and what to do'],
  [exitCode.usage, 'the command line was not understood; nothing was started'],
  [exitCode.gaveUp, 'weft start gave up a member that died again and again'],
  [exitCode.interrupted, 'Ctrl-C ended an import or export, or a second one the demo at once'],
];
