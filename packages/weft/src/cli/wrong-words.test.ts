import { expect, test } from 'vitest';
import { weft } from './run-words.fixture.ts';

const wrong: readonly (readonly [line: string, sentence: string])[] = [
  ['start --memory 8XB', '--memory 8XB is no amount of memory; write a number and a unit, for example --memory 512MB'],
  ['start --memory 8MB', '--memory 8MB is too little; choose --memory 32MiB or more'],
  ['start --memory 64MiB --hosts 3', '--memory 64MiB is too little for 3 hosts; choose --memory 96MiB or more'],
  ['start --memory 1GB --memory 2GB', '--memory is given twice; give it once'],
  ['start --durability hard', '--durability hard is not known; choose memory, async or sync'],
  ['start --durability sync', '--durability sync keeps rows in a directory; add --data-dir DIR'],
  ['start --durability memory --data-dir d', '--durability memory keeps nothing in a directory; leave --data-dir out'],
  ['start --hosts two', '--hosts two is not a whole number; choose 1 to 64'],
  ['start --hosts 0', '--hosts 0 is out of range; choose 1 to 64'],
  ['start --hosts 3 --partitions 2', '--partitions 2 leaves none for some of 3 hosts; choose --partitions 3 or more'],
  ['start --port 70000', '--port 70000 is out of range; choose 0 to 65,535'],
  ['start --port 65535 --hosts 2', '--port 65535 leaves no ports for 2 hosts'],
  ['start --health-port 7421 --hosts 2', '--health-port 7421 is the port of a host; choose another, or none'],
  ['start --host 0.0.0.0', '--host 0.0.0.0 would let other machines in, and there is no access control yet'],
  ['start --space a/b', '--space a/b is no name of a space'],
  ['start --space ..', '--space .. is no name of a space'],
  ['start --drain 30d', '--drain 30d is out of range; choose 1ms to 24d'],
  ['start --socket', '--socket needs a value; write --socket PATH'],
  ['start extra', 'it takes no word "extra"; options start with --; see weft help start'],
  ['start --jsn', 'unknown option --jsn; did you mean --json? Otherwise see weft help start'],
  ['demo --data-dir d --keep', '--keep is for a temporary directory; leave it out'],
  ['import', 'no file is named; write weft import FILE'],
  ['import a b', '"b" is a word too many'],
  ['import a.csv --delimiter ab', '--delimiter ab does not delimit; choose one ASCII character'],
  ['import a.csv --type types.ts#', '--type types.ts# names no export; write it as --type types.ts#Flight'],
  ['import a.csv --type none.ts#A', '--type none.ts#A names no file that is there; check the path'],
  ['export a.csv --to a.xls', 'The ending of "a.xls" names no format. Say it with format'],
  ['types propse a.csv', 'it does not "propse"; write weft types propose FILE'],
  ['types propose a.csv --all --sample 5', '--all and --sample exclude each other'],
  ['types propose a.csv --name 1a', '--name 1a is no name of a type; choose a letter followed by'],
  ['journal', 'what to do with which journal is missing; write weft journal check DIR or weft journal dump DIR'],
  ['journal chek d', 'it does not "chek"; write weft journal check DIR'],
  ['journal check d --from 5', '--from is for dump; check reads all frames; leave it out'],
  ['backup d', 'no data directory is named; add --data-dir DIR'],
  ['restore d --data-dir e --partitions 0', '--partitions 0 is out of range; choose 1 to 4,096'],
  ['verify', 'no directory of a backup is named; write weft verify DIR'],
  ['help demo start', '"start" is a word too many; write weft help COMMAND'],
  ['version --json --json', '--json is given twice'],
];

test.each(wrong)('weft %s: one line, and exit code 2', async (line, sentence) => {
  const words = line.split(' ');
  const { code, out, err } = await weft(...words);
  expect(err).toContain(`weft ${words[0]}: ${sentence}`);
  expect([code, out, err.split('\n').length]).toEqual([2, '', 2]);
});

test('an empty word is refused', async () => {
  expect(await weft('verify', '')).toMatchObject({
    code: 2,
    err: expect.stringContaining('one of its words is empty'),
  });
});
