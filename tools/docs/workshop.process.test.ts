import { afterAll, expect, test } from 'vitest';
import { examplesOf } from './examples.ts';
import { Workshop } from './workshop.ts';

const workshop = new Workshop();
afterAll(() => workshop.close());

const examples = (...code: string[]) => examplesOf('page.md', ['# Page', '', '```ts', ...code, '```'].join('\n'));

test('an example that keeps its promises says nothing', async () => {
  const [example] = examples(
    'const half = 1 / 2; // → 0.5',
    "console.log('half', [half]); // → half [ 0.5 ]",
    'for (const n of [1, 2]) console.log(n);',
    '// → 1',
    '// → 2',
    "throw_('A'); // → throws A",
    'function throw_(code: string): never {',
    "  throw Object.assign(new Error('x'), { code });",
    '}',
    '({ deep: { deep: { deep: { deep: 1n } } } }); // → { deep: { deep: { deep: { deep: 1n } } } }',
  );
  expect(await workshop.run(example!)).toBe('');
});

test('a broken promise is told with the line of the page', async () => {
  const [example] = examples('1 + 1; // → 3', "console.log('a');", '// → b', 'await 0; // → throws A');
  const said = await workshop.run(example!);
  expect(said).toMatch(/line 4: promised 3\s+got 2\n/);
  expect(said).toMatch(/line 6: promised b\s+got a\n/);
  expect(said).toMatch(/line 7: promised A\s+got no error\n/);
});

test('an example that throws is told with the line of the page', async () => {
  const [example] = examples('const a = 1;', "throw new Error('gone wrong');");
  const said = await workshop.run(example!);
  expect(said).toContain('gone wrong');
  expect(said).toContain('page.md:5');
});

test('an example that does not compile is told with the line of the page', async () => {
  const found = await workshop.check(examples('const a: number = 1;', "const b: number = 'x';"));
  expect(found).toEqual(["page.md:5: TS2322: Type 'string' is not assignable to type 'number'."]);
});
