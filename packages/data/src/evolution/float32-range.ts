/**
 * The doubles that round to one float32, lowest and highest: how a comparison with a float32 is asked of doubles. Rounding is to
 * the nearest, ties to even (IEEE 754), so the ends are the middles between neighbours, or the doubles next to them.
 */
export function float32Range(value: number): { readonly low: number; readonly high: number } {
  return { low: edge(value, neighbour(value, -1)), high: edge(value, neighbour(value, 1)) };
}

const single = new Float32Array(1);
const singleBits = new Int32Array(single.buffer);
const double = new Float64Array(1);
const doubleBits = new BigInt64Array(double.buffer);
/** What would come after the largest float32. */
const SINGLE_END = 2 ** 128;

/** The middle towards the neighbour where it rounds to `value`, else the double next to it. */
function edge(value: number, other: number): number {
  const middle = (value + other) / 2;
  return Math.fround(middle) === value ? middle : nextDouble(middle, value);
}

/** The float32 above (1) or below (-1). */
function neighbour(value: number, direction: 1 | -1): number {
  if (value === 0) return direction * 2 ** -149;
  single[0] = value;
  singleBits[0] += value > 0 ? direction : -direction;
  return Number.isFinite(single[0]) ? single[0] : Math.sign(value) * SINGLE_END;
}

/** The double next to one that is not 0, towards another. */
function nextDouble(from: number, to: number): number {
  double[0] = from;
  doubleBits[0] += from > 0 === to > from ? 1n : -1n;
  return double[0];
}
