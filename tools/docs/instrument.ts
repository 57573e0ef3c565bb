import { mask } from '../tidy/mask.ts';

/**
 * Turns what an example promises into comparisons, without moving a line:
 *
 *     1 + 1; // → 2                      the value of the statement
 *     const a = f(); // → 2              the value of a
 *     console.log('a'); // → a           what was printed since the last comparison
 *     for (…) console.log(x);
 *     // → 1                             the same, line by line
 *     // → 2
 *     await f(); // → throws KEY_EXISTS  the code of the error
 *
 * `…` in a promise stands for any text; white space counts as one blank, inside brackets as none.
 */
export function instrument(code: string): string {
  const lines = code.split('\n');
  const masked = mask(code, { strings: true }).split('\n');
  for (let index = 0; index < lines.length; index++) {
    const arrow = arrowIn(lines[index]!, masked[index]!);
    if (arrow === undefined) continue;
    if (arrow.code.trim() === '') index = printedLines(lines, masked, index);
    else statement(lines, masked, index, arrow);
  }
  return lines.join('\n');
}

interface Arrow {
  readonly code: string;
  readonly expected: string;
}

/** The promise at the end of a line; an arrow inside a string is none. */
function arrowIn(line: string, masked: string): Arrow | undefined {
  const at = line.indexOf('// → ');
  if (at === -1 || masked.slice(at).trim() !== '' || masked.slice(0, at).trimEnd() !== masked.trimEnd())
    return undefined;
  return { code: line.slice(0, at).trimEnd(), expected: line.slice(at + 5).trim() };
}

function printedLines(lines: string[], masked: readonly string[], first: number): number {
  const expected: string[] = [];
  let index = first;
  for (; index < lines.length; index++) {
    const arrow = arrowIn(lines[index]!, masked[index]!);
    if (arrow === undefined || arrow.code.trim() !== '') break;
    expected.push(arrow.expected);
    lines[index] = '';
  }
  lines[index - 1] = `__docs.printed(${first + 1}, ${JSON.stringify(expected)});`;
  return index - 1;
}

function statement(lines: string[], masked: readonly string[], end: number, { code, expected }: Arrow): void {
  const start = startOf(masked, end);
  lines[end] = code;
  const head = lines[start]!.trimStart();
  const line = end + 1;
  const promise = JSON.stringify(expected);
  const name = /^(?:const|let)\s+([\w$]+)\b[^=]*=/.exec(head)?.[1];
  const thrown = /^throws (\w+)$/.exec(expected)?.[1];
  const wrap = (before: string, after: string): void => {
    lines[start] = before + lines[start]!;
    lines[end] = lines[end]!.replace(/;?$/, after);
  };
  if (thrown !== undefined) wrap(`await __docs.throws(${line}, '${thrown}', async () => { `, '; });');
  else if (head.startsWith('console.')) wrap('', `; __docs.printed(${line}, [${promise}]);`);
  else if (name !== undefined) wrap('', `; __docs.value(${line}, ${promise}, ${name});`);
  else if (/^(?:const|let|if|for|while|return|function|class|import|export|type|interface)\b/.test(head)) {
    throw new Error(`line ${line}: '// →' needs an expression, a named constant or console.log`);
  } else wrap(`__docs.value(${line}, ${promise}, `, ');');
}

/** The line on which the statement that ends here begins: brackets closed, and no leading dot. */
function startOf(masked: readonly string[], end: number): number {
  let open = 0;
  for (let index = end; index >= 0; index--) {
    const line = masked[index]!;
    open += line.replace(/[^)\]}]/g, '').length - line.replace(/[^([{]/g, '').length;
    if (open <= 0 && !/^\s*[.?:&|]/.test(line) && line.trim() !== '') return index;
  }
  return 0;
}
