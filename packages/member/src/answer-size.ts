import { WeftError } from '@weft/base';
import { ANSWER_BYTES_MAX } from '@weft/protocol';

/** Why an answer, or an item, of so many bytes is not sent; undefined where it is. `isDone`: of what has changed something by now. */
export function tooLarge(bytes: number, isDone: boolean): WeftError | undefined {
  if (bytes <= ANSWER_BYTES_MAX) return undefined;
  const what = isDone ? 'It was done, but the answer' : 'The answer';
  return new WeftError('RESULT_TOO_LARGE', `${what} has more than ANSWER_BYTES_MAX, ${ANSWER_BYTES_MAX}, bytes.`);
}
