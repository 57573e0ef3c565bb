import type { AnswerWindow, KeptAnswer } from '../idempotency/answer-window.ts';
import type { BesideRows } from './beside-rows.ts';

/** Answers of a list: some 200 KiB of ordinary ones. */
const LIST_ANSWERS_MAX = 256;

function* lists(answers: readonly KeptAnswer[]): Generator<readonly KeptAnswer[]> {
  for (let from = 0; from < answers.length; from += LIST_ANSWERS_MAX)
    yield answers.slice(from, from + LIST_ANSWERS_MAX);
}

/** What calls with an idempotency id were answered. */
export function besideAnswers(answers: AnswerWindow): BesideRows {
  return {
    image() {
      // As of this very turn: an answer to a write that the rows do not have yet would keep that write from being repeated.
      return lists([...answers.entries()]);
    },
    restore(pieces) {
      for (const answer of pieces as readonly KeptAnswer[]) answers.add(answer);
    },
  };
}
