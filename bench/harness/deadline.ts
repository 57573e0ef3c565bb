/** A suite must end within this; a partial answer is never shown as a whole one. */
const SUITE_MINUTES_MAX = 12;

export type Deadline = {
  /** Throws where the suite has run too long. Call after each repetition. */
  check(): void;
  elapsedSeconds(): number;
};

export function startDeadline(minutes: number = SUITE_MINUTES_MAX): Deadline {
  const startMs = performance.now();
  const elapsedSeconds = () => (performance.now() - startMs) / 1000;
  return {
    elapsedSeconds,
    check() {
      if (elapsedSeconds() > minutes * 60) {
        throw new Error(
          `the suite ran longer than its ${minutes} minutes and was given up: use a quieter machine, or fewer rows with --rows`,
        );
      }
    },
  };
}
