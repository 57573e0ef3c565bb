/** Bytes that `readShortAscii` takes at most. */
export const SHORT_ASCII_MAX = 32;

/**
 * The text of 0 to SHORT_ASCII_MAX bytes, or `undefined` where one of them is not ASCII.
 *
 * One call of `String.fromCharCode` with its arguments written out makes the string in one allocation: measured 14 ns
 * for 3 bytes, 27 ns for 16 and 44 ns for 32, where a native decoder takes 55 ns for any of them and a loop of
 * appending 116 ns for 16. Bytes go through locals so that the test for ASCII costs no second load.
 */
// prettier-ignore
export function readShortAscii(s: Uint8Array, o: number, length: number): string | undefined {
  switch (length) {
    case 0:
      return '';
    case 1: {
      const c0 = s[o]!;
      if (c0 > 127) return undefined;
      return String.fromCharCode(c0);
    }
    case 2: {
      const c0 = s[o]!, c1 = s[o + 1]!;
      if ((c0 | c1) > 127) return undefined;
      return String.fromCharCode(c0, c1);
    }
    case 3: {
      const c0 = s[o]!, c1 = s[o + 1]!, c2 = s[o + 2]!;
      if ((c0 | c1 | c2) > 127) return undefined;
      return String.fromCharCode(c0, c1, c2);
    }
    case 4: {
      const c0 = s[o]!, c1 = s[o + 1]!, c2 = s[o + 2]!, c3 = s[o + 3]!;
      if ((c0 | c1 | c2 | c3) > 127) return undefined;
      return String.fromCharCode(c0, c1, c2, c3);
    }
    case 5: {
      const c0 = s[o]!, c1 = s[o + 1]!, c2 = s[o + 2]!, c3 = s[o + 3]!, c4 = s[o + 4]!;
      if ((c0 | c1 | c2 | c3 | c4) > 127) return undefined;
      return String.fromCharCode(c0, c1, c2, c3, c4);
    }
    case 6: {
      const c0 = s[o]!, c1 = s[o + 1]!, c2 = s[o + 2]!, c3 = s[o + 3]!, c4 = s[o + 4]!, c5 = s[o + 5]!;
      if ((c0 | c1 | c2 | c3 | c4 | c5) > 127) return undefined;
      return String.fromCharCode(c0, c1, c2, c3, c4, c5);
    }
    case 7: {
      const c0 = s[o]!, c1 = s[o + 1]!, c2 = s[o + 2]!, c3 = s[o + 3]!, c4 = s[o + 4]!, c5 = s[o + 5]!,
        c6 = s[o + 6]!;
      if ((c0 | c1 | c2 | c3 | c4 | c5 | c6) > 127) return undefined;
      return String.fromCharCode(c0, c1, c2, c3, c4, c5, c6);
    }
    case 8: {
      const c0 = s[o]!, c1 = s[o + 1]!, c2 = s[o + 2]!, c3 = s[o + 3]!, c4 = s[o + 4]!, c5 = s[o + 5]!,
        c6 = s[o + 6]!, c7 = s[o + 7]!;
      if ((c0 | c1 | c2 | c3 | c4 | c5 | c6 | c7) > 127) return undefined;
      return String.fromCharCode(c0, c1, c2, c3, c4, c5, c6, c7);
    }
    case 9: {
      const c0 = s[o]!, c1 = s[o + 1]!, c2 = s[o + 2]!, c3 = s[o + 3]!, c4 = s[o + 4]!, c5 = s[o + 5]!,
        c6 = s[o + 6]!, c7 = s[o + 7]!, c8 = s[o + 8]!;
      if ((c0 | c1 | c2 | c3 | c4 | c5 | c6 | c7 | c8) > 127) return undefined;
      return String.fromCharCode(c0, c1, c2, c3, c4, c5, c6, c7, c8);
    }
    case 10: {
      const c0 = s[o]!, c1 = s[o + 1]!, c2 = s[o + 2]!, c3 = s[o + 3]!, c4 = s[o + 4]!, c5 = s[o + 5]!,
        c6 = s[o + 6]!, c7 = s[o + 7]!, c8 = s[o + 8]!, c9 = s[o + 9]!;
      if ((c0 | c1 | c2 | c3 | c4 | c5 | c6 | c7 | c8 | c9) > 127) return undefined;
      return String.fromCharCode(c0, c1, c2, c3, c4, c5, c6, c7, c8, c9);
    }
    case 11: {
      const c0 = s[o]!, c1 = s[o + 1]!, c2 = s[o + 2]!, c3 = s[o + 3]!, c4 = s[o + 4]!, c5 = s[o + 5]!,
        c6 = s[o + 6]!, c7 = s[o + 7]!, c8 = s[o + 8]!, c9 = s[o + 9]!, c10 = s[o + 10]!;
      if ((c0 | c1 | c2 | c3 | c4 | c5 | c6 | c7 | c8 | c9 | c10) > 127) return undefined;
      return String.fromCharCode(c0, c1, c2, c3, c4, c5, c6, c7, c8, c9, c10);
    }
    case 12: {
      const c0 = s[o]!, c1 = s[o + 1]!, c2 = s[o + 2]!, c3 = s[o + 3]!, c4 = s[o + 4]!, c5 = s[o + 5]!,
        c6 = s[o + 6]!, c7 = s[o + 7]!, c8 = s[o + 8]!, c9 = s[o + 9]!, c10 = s[o + 10]!, c11 = s[o + 11]!;
      if ((c0 | c1 | c2 | c3 | c4 | c5 | c6 | c7 | c8 | c9 | c10 | c11) > 127) return undefined;
      return String.fromCharCode(c0, c1, c2, c3, c4, c5, c6, c7, c8, c9, c10, c11);
    }
    case 13: {
      const c0 = s[o]!, c1 = s[o + 1]!, c2 = s[o + 2]!, c3 = s[o + 3]!, c4 = s[o + 4]!, c5 = s[o + 5]!,
        c6 = s[o + 6]!, c7 = s[o + 7]!, c8 = s[o + 8]!, c9 = s[o + 9]!, c10 = s[o + 10]!, c11 = s[o + 11]!,
        c12 = s[o + 12]!;
      if ((c0 | c1 | c2 | c3 | c4 | c5 | c6 | c7 | c8 | c9 | c10 | c11 | c12) > 127) return undefined;
      return String.fromCharCode(c0, c1, c2, c3, c4, c5, c6, c7, c8, c9, c10, c11, c12);
    }
    case 14: {
      const c0 = s[o]!, c1 = s[o + 1]!, c2 = s[o + 2]!, c3 = s[o + 3]!, c4 = s[o + 4]!, c5 = s[o + 5]!,
        c6 = s[o + 6]!, c7 = s[o + 7]!, c8 = s[o + 8]!, c9 = s[o + 9]!, c10 = s[o + 10]!, c11 = s[o + 11]!,
        c12 = s[o + 12]!, c13 = s[o + 13]!;
      if ((c0 | c1 | c2 | c3 | c4 | c5 | c6 | c7 | c8 | c9 | c10 | c11 | c12 | c13) > 127) return undefined;
      return String.fromCharCode(c0, c1, c2, c3, c4, c5, c6, c7, c8, c9, c10, c11, c12, c13);
    }
    case 15: {
      const c0 = s[o]!, c1 = s[o + 1]!, c2 = s[o + 2]!, c3 = s[o + 3]!, c4 = s[o + 4]!, c5 = s[o + 5]!,
        c6 = s[o + 6]!, c7 = s[o + 7]!, c8 = s[o + 8]!, c9 = s[o + 9]!, c10 = s[o + 10]!, c11 = s[o + 11]!,
        c12 = s[o + 12]!, c13 = s[o + 13]!, c14 = s[o + 14]!;
      if ((c0 | c1 | c2 | c3 | c4 | c5 | c6 | c7 | c8 | c9 | c10 | c11 | c12 | c13 | c14) > 127) return undefined;
      return String.fromCharCode(c0, c1, c2, c3, c4, c5, c6, c7, c8, c9, c10, c11, c12, c13, c14);
    }
    case 16: {
      const c0 = s[o]!, c1 = s[o + 1]!, c2 = s[o + 2]!, c3 = s[o + 3]!, c4 = s[o + 4]!, c5 = s[o + 5]!,
        c6 = s[o + 6]!, c7 = s[o + 7]!, c8 = s[o + 8]!, c9 = s[o + 9]!, c10 = s[o + 10]!, c11 = s[o + 11]!,
        c12 = s[o + 12]!, c13 = s[o + 13]!, c14 = s[o + 14]!, c15 = s[o + 15]!;
      if ((c0 | c1 | c2 | c3 | c4 | c5 | c6 | c7 | c8 | c9 | c10 | c11 | c12 | c13 | c14 | c15) > 127)
        return undefined;
      return String.fromCharCode(c0, c1, c2, c3, c4, c5, c6, c7, c8, c9, c10, c11, c12, c13, c14, c15);
    }
    case 17: {
      const c0 = s[o]!, c1 = s[o + 1]!, c2 = s[o + 2]!, c3 = s[o + 3]!, c4 = s[o + 4]!, c5 = s[o + 5]!,
        c6 = s[o + 6]!, c7 = s[o + 7]!, c8 = s[o + 8]!, c9 = s[o + 9]!, c10 = s[o + 10]!, c11 = s[o + 11]!,
        c12 = s[o + 12]!, c13 = s[o + 13]!, c14 = s[o + 14]!, c15 = s[o + 15]!, c16 = s[o + 16]!;
      if ((c0 | c1 | c2 | c3 | c4 | c5 | c6 | c7 | c8 | c9 | c10 | c11 | c12 | c13 | c14 | c15 | c16) > 127)
        return undefined;
      return String.fromCharCode(c0, c1, c2, c3, c4, c5, c6, c7, c8, c9, c10, c11, c12, c13, c14, c15, c16);
    }
    case 18: {
      const c0 = s[o]!, c1 = s[o + 1]!, c2 = s[o + 2]!, c3 = s[o + 3]!, c4 = s[o + 4]!, c5 = s[o + 5]!,
        c6 = s[o + 6]!, c7 = s[o + 7]!, c8 = s[o + 8]!, c9 = s[o + 9]!, c10 = s[o + 10]!, c11 = s[o + 11]!,
        c12 = s[o + 12]!, c13 = s[o + 13]!, c14 = s[o + 14]!, c15 = s[o + 15]!, c16 = s[o + 16]!, c17 = s[o + 17]!;
      if ((c0 | c1 | c2 | c3 | c4 | c5 | c6 | c7 | c8 | c9 | c10 | c11 | c12 | c13 | c14 | c15 | c16 | c17) > 127)
        return undefined;
      return String.fromCharCode(c0, c1, c2, c3, c4, c5, c6, c7, c8, c9, c10, c11, c12, c13, c14, c15, c16, c17);
    }
    case 19: {
      const c0 = s[o]!, c1 = s[o + 1]!, c2 = s[o + 2]!, c3 = s[o + 3]!, c4 = s[o + 4]!, c5 = s[o + 5]!,
        c6 = s[o + 6]!, c7 = s[o + 7]!, c8 = s[o + 8]!, c9 = s[o + 9]!, c10 = s[o + 10]!, c11 = s[o + 11]!,
        c12 = s[o + 12]!, c13 = s[o + 13]!, c14 = s[o + 14]!, c15 = s[o + 15]!, c16 = s[o + 16]!, c17 = s[o + 17]!,
        c18 = s[o + 18]!;
      if ((c0 | c1 | c2 | c3 | c4 | c5 | c6 | c7 | c8 | c9 | c10 | c11 | c12 | c13 | c14 | c15 | c16 | c17 | c18) >
        127) return undefined;
      return String.fromCharCode(c0, c1, c2, c3, c4, c5, c6, c7, c8, c9, c10, c11, c12, c13, c14, c15, c16, c17, c18);
    }
    case 20: {
      const c0 = s[o]!, c1 = s[o + 1]!, c2 = s[o + 2]!, c3 = s[o + 3]!, c4 = s[o + 4]!, c5 = s[o + 5]!,
        c6 = s[o + 6]!, c7 = s[o + 7]!, c8 = s[o + 8]!, c9 = s[o + 9]!, c10 = s[o + 10]!, c11 = s[o + 11]!,
        c12 = s[o + 12]!, c13 = s[o + 13]!, c14 = s[o + 14]!, c15 = s[o + 15]!, c16 = s[o + 16]!, c17 = s[o + 17]!,
        c18 = s[o + 18]!, c19 = s[o + 19]!;
      if ((c0 | c1 | c2 | c3 | c4 | c5 | c6 | c7 | c8 | c9 | c10 | c11 | c12 | c13 | c14 | c15 | c16 | c17 | c18 |
        c19) > 127) return undefined;
      return String.fromCharCode(c0, c1, c2, c3, c4, c5, c6, c7, c8, c9, c10, c11, c12, c13, c14, c15, c16, c17, c18,
        c19);
    }
    case 21: {
      const c0 = s[o]!, c1 = s[o + 1]!, c2 = s[o + 2]!, c3 = s[o + 3]!, c4 = s[o + 4]!, c5 = s[o + 5]!,
        c6 = s[o + 6]!, c7 = s[o + 7]!, c8 = s[o + 8]!, c9 = s[o + 9]!, c10 = s[o + 10]!, c11 = s[o + 11]!,
        c12 = s[o + 12]!, c13 = s[o + 13]!, c14 = s[o + 14]!, c15 = s[o + 15]!, c16 = s[o + 16]!, c17 = s[o + 17]!,
        c18 = s[o + 18]!, c19 = s[o + 19]!, c20 = s[o + 20]!;
      if ((c0 | c1 | c2 | c3 | c4 | c5 | c6 | c7 | c8 | c9 | c10 | c11 | c12 | c13 | c14 | c15 | c16 | c17 | c18 | c19
        | c20) > 127) return undefined;
      return String.fromCharCode(c0, c1, c2, c3, c4, c5, c6, c7, c8, c9, c10, c11, c12, c13, c14, c15, c16, c17, c18,
        c19, c20);
    }
    case 22: {
      const c0 = s[o]!, c1 = s[o + 1]!, c2 = s[o + 2]!, c3 = s[o + 3]!, c4 = s[o + 4]!, c5 = s[o + 5]!,
        c6 = s[o + 6]!, c7 = s[o + 7]!, c8 = s[o + 8]!, c9 = s[o + 9]!, c10 = s[o + 10]!, c11 = s[o + 11]!,
        c12 = s[o + 12]!, c13 = s[o + 13]!, c14 = s[o + 14]!, c15 = s[o + 15]!, c16 = s[o + 16]!, c17 = s[o + 17]!,
        c18 = s[o + 18]!, c19 = s[o + 19]!, c20 = s[o + 20]!, c21 = s[o + 21]!;
      if ((c0 | c1 | c2 | c3 | c4 | c5 | c6 | c7 | c8 | c9 | c10 | c11 | c12 | c13 | c14 | c15 | c16 | c17 | c18 | c19
        | c20 | c21) > 127) return undefined;
      return String.fromCharCode(c0, c1, c2, c3, c4, c5, c6, c7, c8, c9, c10, c11, c12, c13, c14, c15, c16, c17, c18,
        c19, c20, c21);
    }
    case 23: {
      const c0 = s[o]!, c1 = s[o + 1]!, c2 = s[o + 2]!, c3 = s[o + 3]!, c4 = s[o + 4]!, c5 = s[o + 5]!,
        c6 = s[o + 6]!, c7 = s[o + 7]!, c8 = s[o + 8]!, c9 = s[o + 9]!, c10 = s[o + 10]!, c11 = s[o + 11]!,
        c12 = s[o + 12]!, c13 = s[o + 13]!, c14 = s[o + 14]!, c15 = s[o + 15]!, c16 = s[o + 16]!, c17 = s[o + 17]!,
        c18 = s[o + 18]!, c19 = s[o + 19]!, c20 = s[o + 20]!, c21 = s[o + 21]!, c22 = s[o + 22]!;
      if ((c0 | c1 | c2 | c3 | c4 | c5 | c6 | c7 | c8 | c9 | c10 | c11 | c12 | c13 | c14 | c15 | c16 | c17 | c18 | c19
        | c20 | c21 | c22) > 127) return undefined;
      return String.fromCharCode(c0, c1, c2, c3, c4, c5, c6, c7, c8, c9, c10, c11, c12, c13, c14, c15, c16, c17, c18,
        c19, c20, c21, c22);
    }
    case 24: {
      const c0 = s[o]!, c1 = s[o + 1]!, c2 = s[o + 2]!, c3 = s[o + 3]!, c4 = s[o + 4]!, c5 = s[o + 5]!,
        c6 = s[o + 6]!, c7 = s[o + 7]!, c8 = s[o + 8]!, c9 = s[o + 9]!, c10 = s[o + 10]!, c11 = s[o + 11]!,
        c12 = s[o + 12]!, c13 = s[o + 13]!, c14 = s[o + 14]!, c15 = s[o + 15]!, c16 = s[o + 16]!, c17 = s[o + 17]!,
        c18 = s[o + 18]!, c19 = s[o + 19]!, c20 = s[o + 20]!, c21 = s[o + 21]!, c22 = s[o + 22]!, c23 = s[o + 23]!;
      if ((c0 | c1 | c2 | c3 | c4 | c5 | c6 | c7 | c8 | c9 | c10 | c11 | c12 | c13 | c14 | c15 | c16 | c17 | c18 | c19
        | c20 | c21 | c22 | c23) > 127) return undefined;
      return String.fromCharCode(c0, c1, c2, c3, c4, c5, c6, c7, c8, c9, c10, c11, c12, c13, c14, c15, c16, c17, c18,
        c19, c20, c21, c22, c23);
    }
    case 25: {
      const c0 = s[o]!, c1 = s[o + 1]!, c2 = s[o + 2]!, c3 = s[o + 3]!, c4 = s[o + 4]!, c5 = s[o + 5]!,
        c6 = s[o + 6]!, c7 = s[o + 7]!, c8 = s[o + 8]!, c9 = s[o + 9]!, c10 = s[o + 10]!, c11 = s[o + 11]!,
        c12 = s[o + 12]!, c13 = s[o + 13]!, c14 = s[o + 14]!, c15 = s[o + 15]!, c16 = s[o + 16]!, c17 = s[o + 17]!,
        c18 = s[o + 18]!, c19 = s[o + 19]!, c20 = s[o + 20]!, c21 = s[o + 21]!, c22 = s[o + 22]!, c23 = s[o + 23]!,
        c24 = s[o + 24]!;
      if ((c0 | c1 | c2 | c3 | c4 | c5 | c6 | c7 | c8 | c9 | c10 | c11 | c12 | c13 | c14 | c15 | c16 | c17 | c18 | c19
        | c20 | c21 | c22 | c23 | c24) > 127) return undefined;
      return String.fromCharCode(c0, c1, c2, c3, c4, c5, c6, c7, c8, c9, c10, c11, c12, c13, c14, c15, c16, c17, c18,
        c19, c20, c21, c22, c23, c24);
    }
    case 26: {
      const c0 = s[o]!, c1 = s[o + 1]!, c2 = s[o + 2]!, c3 = s[o + 3]!, c4 = s[o + 4]!, c5 = s[o + 5]!,
        c6 = s[o + 6]!, c7 = s[o + 7]!, c8 = s[o + 8]!, c9 = s[o + 9]!, c10 = s[o + 10]!, c11 = s[o + 11]!,
        c12 = s[o + 12]!, c13 = s[o + 13]!, c14 = s[o + 14]!, c15 = s[o + 15]!, c16 = s[o + 16]!, c17 = s[o + 17]!,
        c18 = s[o + 18]!, c19 = s[o + 19]!, c20 = s[o + 20]!, c21 = s[o + 21]!, c22 = s[o + 22]!, c23 = s[o + 23]!,
        c24 = s[o + 24]!, c25 = s[o + 25]!;
      if ((c0 | c1 | c2 | c3 | c4 | c5 | c6 | c7 | c8 | c9 | c10 | c11 | c12 | c13 | c14 | c15 | c16 | c17 | c18 | c19
        | c20 | c21 | c22 | c23 | c24 | c25) > 127) return undefined;
      return String.fromCharCode(c0, c1, c2, c3, c4, c5, c6, c7, c8, c9, c10, c11, c12, c13, c14, c15, c16, c17, c18,
        c19, c20, c21, c22, c23, c24, c25);
    }
    case 27: {
      const c0 = s[o]!, c1 = s[o + 1]!, c2 = s[o + 2]!, c3 = s[o + 3]!, c4 = s[o + 4]!, c5 = s[o + 5]!,
        c6 = s[o + 6]!, c7 = s[o + 7]!, c8 = s[o + 8]!, c9 = s[o + 9]!, c10 = s[o + 10]!, c11 = s[o + 11]!,
        c12 = s[o + 12]!, c13 = s[o + 13]!, c14 = s[o + 14]!, c15 = s[o + 15]!, c16 = s[o + 16]!, c17 = s[o + 17]!,
        c18 = s[o + 18]!, c19 = s[o + 19]!, c20 = s[o + 20]!, c21 = s[o + 21]!, c22 = s[o + 22]!, c23 = s[o + 23]!,
        c24 = s[o + 24]!, c25 = s[o + 25]!, c26 = s[o + 26]!;
      if ((c0 | c1 | c2 | c3 | c4 | c5 | c6 | c7 | c8 | c9 | c10 | c11 | c12 | c13 | c14 | c15 | c16 | c17 | c18 | c19
        | c20 | c21 | c22 | c23 | c24 | c25 | c26) > 127) return undefined;
      return String.fromCharCode(c0, c1, c2, c3, c4, c5, c6, c7, c8, c9, c10, c11, c12, c13, c14, c15, c16, c17, c18,
        c19, c20, c21, c22, c23, c24, c25, c26);
    }
    case 28: {
      const c0 = s[o]!, c1 = s[o + 1]!, c2 = s[o + 2]!, c3 = s[o + 3]!, c4 = s[o + 4]!, c5 = s[o + 5]!,
        c6 = s[o + 6]!, c7 = s[o + 7]!, c8 = s[o + 8]!, c9 = s[o + 9]!, c10 = s[o + 10]!, c11 = s[o + 11]!,
        c12 = s[o + 12]!, c13 = s[o + 13]!, c14 = s[o + 14]!, c15 = s[o + 15]!, c16 = s[o + 16]!, c17 = s[o + 17]!,
        c18 = s[o + 18]!, c19 = s[o + 19]!, c20 = s[o + 20]!, c21 = s[o + 21]!, c22 = s[o + 22]!, c23 = s[o + 23]!,
        c24 = s[o + 24]!, c25 = s[o + 25]!, c26 = s[o + 26]!, c27 = s[o + 27]!;
      if ((c0 | c1 | c2 | c3 | c4 | c5 | c6 | c7 | c8 | c9 | c10 | c11 | c12 | c13 | c14 | c15 | c16 | c17 | c18 | c19
        | c20 | c21 | c22 | c23 | c24 | c25 | c26 | c27) > 127) return undefined;
      return String.fromCharCode(c0, c1, c2, c3, c4, c5, c6, c7, c8, c9, c10, c11, c12, c13, c14, c15, c16, c17, c18,
        c19, c20, c21, c22, c23, c24, c25, c26, c27);
    }
    case 29: {
      const c0 = s[o]!, c1 = s[o + 1]!, c2 = s[o + 2]!, c3 = s[o + 3]!, c4 = s[o + 4]!, c5 = s[o + 5]!,
        c6 = s[o + 6]!, c7 = s[o + 7]!, c8 = s[o + 8]!, c9 = s[o + 9]!, c10 = s[o + 10]!, c11 = s[o + 11]!,
        c12 = s[o + 12]!, c13 = s[o + 13]!, c14 = s[o + 14]!, c15 = s[o + 15]!, c16 = s[o + 16]!, c17 = s[o + 17]!,
        c18 = s[o + 18]!, c19 = s[o + 19]!, c20 = s[o + 20]!, c21 = s[o + 21]!, c22 = s[o + 22]!, c23 = s[o + 23]!,
        c24 = s[o + 24]!, c25 = s[o + 25]!, c26 = s[o + 26]!, c27 = s[o + 27]!, c28 = s[o + 28]!;
      if ((c0 | c1 | c2 | c3 | c4 | c5 | c6 | c7 | c8 | c9 | c10 | c11 | c12 | c13 | c14 | c15 | c16 | c17 | c18 | c19
        | c20 | c21 | c22 | c23 | c24 | c25 | c26 | c27 | c28) > 127) return undefined;
      return String.fromCharCode(c0, c1, c2, c3, c4, c5, c6, c7, c8, c9, c10, c11, c12, c13, c14, c15, c16, c17, c18,
        c19, c20, c21, c22, c23, c24, c25, c26, c27, c28);
    }
    case 30: {
      const c0 = s[o]!, c1 = s[o + 1]!, c2 = s[o + 2]!, c3 = s[o + 3]!, c4 = s[o + 4]!, c5 = s[o + 5]!,
        c6 = s[o + 6]!, c7 = s[o + 7]!, c8 = s[o + 8]!, c9 = s[o + 9]!, c10 = s[o + 10]!, c11 = s[o + 11]!,
        c12 = s[o + 12]!, c13 = s[o + 13]!, c14 = s[o + 14]!, c15 = s[o + 15]!, c16 = s[o + 16]!, c17 = s[o + 17]!,
        c18 = s[o + 18]!, c19 = s[o + 19]!, c20 = s[o + 20]!, c21 = s[o + 21]!, c22 = s[o + 22]!, c23 = s[o + 23]!,
        c24 = s[o + 24]!, c25 = s[o + 25]!, c26 = s[o + 26]!, c27 = s[o + 27]!, c28 = s[o + 28]!, c29 = s[o + 29]!;
      if ((c0 | c1 | c2 | c3 | c4 | c5 | c6 | c7 | c8 | c9 | c10 | c11 | c12 | c13 | c14 | c15 | c16 | c17 | c18 | c19
        | c20 | c21 | c22 | c23 | c24 | c25 | c26 | c27 | c28 | c29) > 127) return undefined;
      return String.fromCharCode(c0, c1, c2, c3, c4, c5, c6, c7, c8, c9, c10, c11, c12, c13, c14, c15, c16, c17, c18,
        c19, c20, c21, c22, c23, c24, c25, c26, c27, c28, c29);
    }
    case 31: {
      const c0 = s[o]!, c1 = s[o + 1]!, c2 = s[o + 2]!, c3 = s[o + 3]!, c4 = s[o + 4]!, c5 = s[o + 5]!,
        c6 = s[o + 6]!, c7 = s[o + 7]!, c8 = s[o + 8]!, c9 = s[o + 9]!, c10 = s[o + 10]!, c11 = s[o + 11]!,
        c12 = s[o + 12]!, c13 = s[o + 13]!, c14 = s[o + 14]!, c15 = s[o + 15]!, c16 = s[o + 16]!, c17 = s[o + 17]!,
        c18 = s[o + 18]!, c19 = s[o + 19]!, c20 = s[o + 20]!, c21 = s[o + 21]!, c22 = s[o + 22]!, c23 = s[o + 23]!,
        c24 = s[o + 24]!, c25 = s[o + 25]!, c26 = s[o + 26]!, c27 = s[o + 27]!, c28 = s[o + 28]!, c29 = s[o + 29]!,
        c30 = s[o + 30]!;
      if ((c0 | c1 | c2 | c3 | c4 | c5 | c6 | c7 | c8 | c9 | c10 | c11 | c12 | c13 | c14 | c15 | c16 | c17 | c18 | c19
        | c20 | c21 | c22 | c23 | c24 | c25 | c26 | c27 | c28 | c29 | c30) > 127) return undefined;
      return String.fromCharCode(c0, c1, c2, c3, c4, c5, c6, c7, c8, c9, c10, c11, c12, c13, c14, c15, c16, c17, c18,
        c19, c20, c21, c22, c23, c24, c25, c26, c27, c28, c29, c30);
    }
    case 32: {
      const c0 = s[o]!, c1 = s[o + 1]!, c2 = s[o + 2]!, c3 = s[o + 3]!, c4 = s[o + 4]!, c5 = s[o + 5]!,
        c6 = s[o + 6]!, c7 = s[o + 7]!, c8 = s[o + 8]!, c9 = s[o + 9]!, c10 = s[o + 10]!, c11 = s[o + 11]!,
        c12 = s[o + 12]!, c13 = s[o + 13]!, c14 = s[o + 14]!, c15 = s[o + 15]!, c16 = s[o + 16]!, c17 = s[o + 17]!,
        c18 = s[o + 18]!, c19 = s[o + 19]!, c20 = s[o + 20]!, c21 = s[o + 21]!, c22 = s[o + 22]!, c23 = s[o + 23]!,
        c24 = s[o + 24]!, c25 = s[o + 25]!, c26 = s[o + 26]!, c27 = s[o + 27]!, c28 = s[o + 28]!, c29 = s[o + 29]!,
        c30 = s[o + 30]!, c31 = s[o + 31]!;
      if ((c0 | c1 | c2 | c3 | c4 | c5 | c6 | c7 | c8 | c9 | c10 | c11 | c12 | c13 | c14 | c15 | c16 | c17 | c18 | c19
        | c20 | c21 | c22 | c23 | c24 | c25 | c26 | c27 | c28 | c29 | c30 | c31) > 127) return undefined;
      return String.fromCharCode(c0, c1, c2, c3, c4, c5, c6, c7, c8, c9, c10, c11, c12, c13, c14, c15, c16, c17, c18,
        c19, c20, c21, c22, c23, c24, c25, c26, c27, c28, c29, c30, c31);
    }
    default:
      return undefined;
  }
}
