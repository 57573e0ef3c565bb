import type { RunDetails } from 'fast-check';
import { textOf } from './values.ts';

const TEXT_MAX = 100;

/** A failed property for a reader: the seed and path that replay it, the shrunk calls one a line, and the error. */
export function told<O extends object>(type: string, partitions: number, details: RunDetails<[O[]]>): string {
  if (!details.failed || details.counterexample === null) return `${type}: ${details.numRuns} runs`;
  const [ops] = details.counterexample;
  const error =
    details.errorInstance instanceof Error
      ? (details.errorInstance.stack ?? details.errorInstance.message)
      : String(details.errorInstance);
  return [
    `${type} with ${partitions} partition(s) fails after ${details.numRuns} runs and ${details.numShrinks} shrinks.`,
    `Replay with { seed: ${details.seed}, path: '${details.counterexamplePath}' }.`,
    ...ops.map((op, at) => `  ${at}: ${shown(op)}`),
    error,
  ].join('\n');
}

/** An op without what it does not say, long texts cut. */
function shown(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(shown).join(', ')}]`;
  if (
    typeof value === 'object' &&
    value !== null &&
    [Object.prototype, null].includes(Object.getPrototypeOf(value) as never)
  ) {
    const members = Object.entries(value).filter(([, member]) => member !== undefined);
    return `{ ${members.map(([name, member]) => `${name}: ${shown(member)}`).join(', ')} }`;
  }
  const text = textOf(value);
  return text.length > TEXT_MAX ? `${text.slice(0, TEXT_MAX)}… (${text.length})` : text;
}
