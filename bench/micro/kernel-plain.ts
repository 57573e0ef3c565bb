import type { KernelTable } from './kernel-table.ts';

/** The same questions in plain loops over the same typed arrays: what V8 makes of them is the peer. */
export const plainCases = {
  sumInt32: ({ qty }: KernelTable, limit: number): number => {
    let sum = 0;
    for (let row = 0; row < qty.length; row++) if (qty[row] < limit * 1000) sum += qty[row];
    return sum;
  },

  sumFloat64: ({ qty, price }: KernelTable, limit: number): number => {
    let sum = 0;
    for (let row = 0; row < qty.length; row++) if (qty[row] < limit * 1000) sum += price[row];
    return sum;
  },

  filterFloat64: ({ price }: KernelTable, limit: number): number => {
    let sum = 0;
    for (let row = 0; row < price.length; row++) if (price[row] < limit * 1000) sum += price[row];
    return sum;
  },

  /** By halves, as bigints would be ten times slower. */
  sumInt64: ({ qty, totalHalves }: KernelTable, limit: number): bigint => {
    let low = 0;
    let high = 0;
    for (let row = 0; row < qty.length; row++) {
      if (qty[row] < limit * 1000) {
        low += totalHalves[row * 2] >>> 0;
        high += totalHalves[row * 2 + 1];
      }
    }
    return (BigInt(high) << 32n) + BigInt(low);
  },

  groupByCode: ({ qty, price, symbol }: KernelTable, limit: number): Float64Array => {
    const states = new Float64Array(1000 * 3);
    for (let row = 0; row < qty.length; row++) {
      if (qty[row] >= limit * 1000) continue;
      const at = symbol[row] * 3;
      states[at]++;
      states[at + 1] += qty[row];
      if (price[row] > states[at + 2]) states[at + 2] = price[row];
    }
    return states;
  },

  groupByInt32: ({ qty, price, account }: KernelTable, limit: number): Map<number, number[]> => {
    const groups = new Map<number, number[]>();
    for (let row = 0; row < qty.length; row++) {
      if (qty[row] >= limit * 1000) continue;
      let state = groups.get(account[row]);
      if (state === undefined) groups.set(account[row], (state = [0, 0, 0]));
      state[0]++;
      state[1] += qty[row];
      if (price[row] > state[2]) state[2] = price[row];
    }
    return groups;
  },
};
