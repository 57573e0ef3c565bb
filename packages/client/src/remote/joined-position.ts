import { WeftError } from '@weft/base';
import type { Position } from '@weft/data';

/** Between the positions of several hosts. */
const BETWEEN = ';';

/** As a host gives it. */
const FORM = /^\d+\.[^.]*\.[0-9a-z,]+$/;

/** The position of all hosts; undefined where one has none. */
export function joinPositions(positions: readonly (Position | undefined)[]): Position | undefined {
  return positions.includes(undefined) ? undefined : positions.join(BETWEEN);
}

/** The positions of the hosts. Throws OPTION_INVALID for what is no text, POSITION_TRUNCATED where it is of another number of hosts. */
export function splitPosition(name: string, position: unknown, hosts: number): Position[] {
  if (typeof position !== 'string' || !position.split(BETWEEN).every((part) => FORM.test(part)))
    throw new WeftError('OPTION_INVALID', `${name}: from is a position as subscription.position gives it.`);
  const positions = position.split(BETWEEN);
  if (positions.length === hosts) return positions;
  throw new WeftError(
    'POSITION_TRUNCATED',
    `${name}: the position is of a grid with ${positions.length} hosts; this one has ${hosts}.`,
  );
}
