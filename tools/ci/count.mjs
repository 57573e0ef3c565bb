// `node count.mjs report.json exit-code` prints "passed failed skipped" of a vitest run for .ci/run. Plain JavaScript,
// since it runs on whatever Node the machine has. A file that could not even be loaded counts as one failure, and so
// does a run that broke, or ran nothing, without any failure in its report.
import { readFileSync } from 'node:fs';

const [, , path, code] = process.argv;
const report = read(path);
const { numPassedTests = 0, numFailedTests = 0, numPendingTests = 0, numTodoTests = 0, testResults = [] } = report;
const unloaded = testResults.filter((file) => file.status === 'failed' && !file.assertionResults.some(isFailed)).length;
const failed = numFailedTests + unloaded;
const broken = failed === 0 && (Number(code) !== 0 || numPassedTests === 0) ? 1 : 0;
console.log(`${numPassedTests} ${failed + broken} ${numPendingTests + numTodoTests}`);

function isFailed(test) {
  return test.status === 'failed';
}

function read(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return {};
  }
}
