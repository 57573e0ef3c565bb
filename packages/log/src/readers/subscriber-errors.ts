import { WeftError } from '@weft/base';
import type { FeedRequest, Position } from '@weft/data';

/** Bytes of records whose events may wait for one subscriber; one event may wait whatever its size. */
export const SUBSCRIBER_BYTES_MAX = 16 * 1024 * 1024;

/** Why a subscriber ends, told to its user. */
export class SubscriberErrors {
  readonly #request: FeedRequest;

  constructor(request: FeedRequest) {
    this.#request = request;
  }

  /** Made when it is thrown: the position is then behind what was in the buffer. */
  overflown(position: Position): WeftError {
    const { schema, bufferEvents } = this.#request;
    return this.#error(
      'SUBSCRIBER_OVERFLOW',
      `more events came than the subscriber took; its buffer holds ${bufferEvents} events and ${SUBSCRIBER_BYTES_MAX} bytes`,
      { details: { type: schema.name, position } },
    );
  }

  truncated(): WeftError {
    return this.#error(
      'POSITION_TRUNCATED',
      'the log does not reach back to this position any more',
      this.#groupHint(),
    );
  }

  leftBehind(): WeftError {
    return this.#error(
      'SUBSCRIBER_OVERFLOW',
      'the subscriber is so far behind that the log has let go of what it has not seen',
      this.#groupHint(),
    );
  }

  hole(): WeftError {
    const { name } = this.#request.schema;
    return this.#error(
      'POSITION_TRUNCATED',
      `behind this position the log holds changes without the rows as they were, since nobody had subscribed to ${name} then`,
      {
        hint: `Subscribe with initial: true; declare ${name} with log: { before: true } to go on from any position that is kept.`,
        ...this.#groupHint(),
      },
    );
  }

  /** `cause`: why it ended, where it was not closed. */
  notMember(cause: Error | undefined): WeftError {
    return this.#error(
      'CLOSED',
      'commit came when the subscription was over, and its partitions may be those of other members; nothing was committed',
      {
        hint: 'Commit before close, and before the loop is left; what was not committed comes again to the next member.',
        ...(cause !== undefined && { cause }),
      },
    );
  }

  noGroup(): WeftError {
    return this.#error('OPTION_INVALID', 'commit is for members of a group; give it one', {});
  }

  #error(
    code: 'SUBSCRIBER_OVERFLOW' | 'POSITION_TRUNCATED' | 'CLOSED' | 'OPTION_INVALID',
    what: string,
    options: ConstructorParameters<typeof WeftError>[2],
  ): WeftError {
    const { name } = this.#request.schema;
    return new WeftError(code, `${name}.subscribe: ${what}.`, { details: { type: name }, ...options });
  }

  /** The rows of `initial` are nobody's share: a group goes on from where somebody else is. */
  #groupHint(): { readonly hint?: string } {
    const { group, schema } = this.#request;
    if (group === undefined) return {};
    return {
      hint: `Let its first member say from where the group goes on: from: grid.space(${schema.name}).subscribe().position is now. A larger retain keeps more of the log.`,
    };
  }
}
