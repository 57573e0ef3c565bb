import type { AnswerWindow, KeptAnswer } from '../idempotency/answer-window.ts';
import type { BesideRows } from './beside-rows.ts';

/** Answers of a list: some 200 KiB of ordinary ones. */
const LIST_ANSWERS_MAX = 256;

/** What calls with an idempotency id were answered. */
export function besideAnswers(answers: AnswerWindow): BesideRows {
  return {
    *image() {
      let list: KeptAnswer[] = [];
      for (const answer of answers.entries()) {
        list.push(answer);
        if (list.length < LIST_ANSWERS_MAX) continue;
        yield list;
        list = [];
      }
      if (list.length > 0) yield list;
    },
    restore(pieces) {
      for (const answer of pieces as readonly KeptAnswer[]) answers.add(answer);
    },
  };
}
