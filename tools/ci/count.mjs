// `node count.mjs report.json exit-code` prints "passed failed skipped" of a vitest run for .ci/run. Plain JavaScript,
// since it runs on whatever Node the machine has. A run that broke without a failed test counts as one failure.
import { readFileSync } from 'node:fs';

const [, , report, code] = process.argv;
const { numPassedTests = 0, numFailedTests = 0, numPendingTests = 0, numTodoTests = 0 } = read(report);
const broken = Number(code) !== 0 && numFailedTests === 0 ? 1 : 0;
const empty = Number(code) === 0 && numPassedTests === 0 ? 1 : 0;
console.log(`${numPassedTests} ${numFailedTests + broken + empty} ${numPendingTests + numTodoTests}`);

function read(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return {};
  }
}
