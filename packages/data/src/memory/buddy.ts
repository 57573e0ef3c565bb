import { assert } from '@weft/base';

/**
 * Buddy allocation (Knowlton 1965) of the units of one segment: blocks of 2^order units, split on demand and joined
 * with their buddy when both are free.
 *
 *     order 3  [               A               ]
 *     order 2  [       A       |   free        ]
 *     order 1  [   A   | free  ]
 *
 * Blocks are taken from untouched memory one after another, so that what was never needed is never touched. Free lists are stacks that may hold stale entries (a block that was joined since): `#state` is the truth,
 * and a stale entry is dropped when it is met.
 */
export class Buddy {
  readonly #units: number;
  /** Per unit that starts a block: 0 = none, order + 1 = taken, -(order + 1) = free. */
  readonly #state: Int8Array;
  readonly #free: number[][] = [];
  readonly #orderMax: number;
  /** Units in free blocks, by order. */
  readonly #freeUnits: number[] = [];
  /** Untouched memory is taken in blocks of this order, or larger where one is asked for. */
  readonly #touchOrder: number;
  #mayTouch: (units: number) => boolean;
  #untouched = 0;
  #takenUnits = 0;

  /** `mayTouch`: asked before units are touched for the first time; `reservedUnits` touch a block of `touchOrder` unasked. */
  constructor({ units, orderMax, reservedUnits, touchOrder = orderMax, mayTouch = () => true }: BuddyOptions) {
    this.#units = units;
    this.#touchOrder = touchOrder;
    this.#mayTouch = () => true;
    this.#orderMax = orderMax;
    this.#state = new Int8Array(units);
    for (let order = 0; order <= orderMax; order++) {
      this.#free.push([]);
      this.#freeUnits.push(0);
    }
    // Unit 0 must never be handed out: address 0 means "no page".
    for (let unit = 0; unit < reservedUnits; unit++) {
      const taken = this.take(0);
      assert(taken === unit, 'the reserved units come first');
    }
    this.#takenUnits = 0;
    this.#mayTouch = mayTouch;
  }

  /** Units in blocks that are taken. */
  get takenUnits(): number {
    return this.#takenUnits;
  }

  /** Units that were never needed. */
  get untouchedUnits(): number {
    return this.#units - this.#untouched;
  }

  /** Units of free blocks of `order` or larger. */
  freeUnits(order: number): number {
    let units = 0;
    for (let o = order; o <= this.#orderMax; o++) units += this.#freeUnits[o];
    return units;
  }

  /** The first unit of a block of 2^order units, or -1 when there is none. */
  take(order: number): number {
    let from = order;
    let unit = -1;
    for (; from <= this.#orderMax && unit < 0; from++) unit = this.#popFree(from);
    if (unit < 0) {
      const touched = Math.max(order, this.#touchOrder);
      unit = this.#takeUntouched(touched);
      if (unit < 0) return -1;
      from = touched + 1;
    }
    for (let o = from - 2; o >= order; o--) this.#pushFree(unit + (1 << o), o);
    this.#state[unit] = order + 1;
    this.#takenUnits += 1 << order;
    return unit;
  }

  give(unit: number, order: number): void {
    assert(this.#state[unit] === order + 1, 'a block is given back once, with the order it was taken with');
    this.#takenUnits -= 1 << order;
    this.#state[unit] = 0;
    let start = unit;
    let o = order;
    for (; o < this.#orderMax; o++) {
      const buddy = start ^ (1 << o);
      if (this.#state[buddy] !== -(o + 1)) break;
      this.#state[buddy] = 0;
      this.#freeUnits[o] -= 1 << o;
      start = Math.min(start, buddy);
    }
    this.#pushFree(start, o);
  }

  /** Cuts a taken block into taken blocks, so that its first `units` units and the rest can be given back apart: see `blocksOf`. */
  cut(unit: number, order: number, units: number): void {
    assert(this.#state[unit] === order + 1, 'a block is cut while it is taken');
    for (const [start, part] of blocksOf(0, units)) this.#state[unit + start] = part + 1;
    for (const [start, part] of blocksOf(units, 1 << order)) this.#state[unit + start] = part + 1;
  }

  #popFree(order: number): number {
    const stack = this.#free[order];
    for (let unit = stack.pop(); unit !== undefined; unit = stack.pop()) {
      if (this.#state[unit] === -(order + 1)) {
        this.#state[unit] = 0;
        this.#freeUnits[order] -= 1 << order;
        return unit;
      }
    }
    return -1;
  }

  #pushFree(unit: number, order: number): void {
    this.#state[unit] = -(order + 1);
    this.#freeUnits[order] += 1 << order;
    this.#free[order].push(unit);
  }

  #takeUntouched(order: number): number {
    const size = 1 << order;
    const unit = Math.ceil(this.#untouched / size) * size;
    if (unit + size > this.#units || !this.#mayTouch(unit + size - this.#untouched)) return -1;
    // A block larger than those before begins at a multiple of its size: what lies between is free.
    for (const [start, part] of blocksOf(this.#untouched, unit)) this.#pushFree(start, part);
    this.#untouched = unit + size;
    return unit;
  }
}

/**
 * The aligned blocks, as [start, order], that the units `from` to before `to` of a larger block consist of; one of the two is
 * where the larger one begins or ends.
 */
export function blocksOf(from: number, to: number): (readonly [start: number, order: number])[] {
  const blocks: (readonly [number, number])[] = [];
  for (let at = from; at < to;) {
    const largest = 31 - Math.clz32(to - at);
    const order = at === 0 ? largest : Math.min(largest, 31 - Math.clz32(at & -at));
    blocks.push([at, order]);
    at += 1 << order;
  }
  return blocks;
}

export interface BuddyOptions {
  readonly units: number;
  readonly orderMax: number;
  readonly reservedUnits: number;
  readonly touchOrder?: number;
  readonly mayTouch?: (units: number) => boolean;
}
