import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';

/** Runs a script in a process of its own, with everything that an application would have. */
function run(script: string): unknown {
  const args = ['--conditions=source', '--input-type=module', '--eval', script];
  return JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8', cwd: import.meta.dirname }));
}

test('an embedded grid opens no port and loads no native addon', () => {
  const seen = run(`
    const loaded = [];
    const { dlopen } = process;
    process.dlopen = (module, file, ...rest) => { loaded.push(file); return dlopen(module, file, ...rest); };
    const { createGrid, defineType, t } = await import('weft');
    const Order = defineType('Order', { id: t.string(), qty: t.int32() }, { key: 'id' });
    const grid = await createGrid({ types: [Order], partitions: 3 });
    await grid.space(Order).write({ id: 'a', qty: 1 });
    const resources = process.getActiveResourcesInfo();
    console.log(JSON.stringify({ loaded, resources: resources.filter((name) => /TCP|UDP|Pipe.*Server/.test(name)) }));
    await grid.close();
  `);
  expect(seen).toEqual({ loaded: [], resources: [] });
});

test('a process ends by itself once its grid is closed, and also where it was forgotten', () => {
  for (const end of ['await grid.close();', '']) {
    const seen = run(`
      const { createGrid, defineType, t } = await import('weft');
      const Order = defineType('Order', { id: t.string(), qty: t.int32() }, { key: 'id' });
      const grid = await createGrid({ types: [Order] });
      await grid.space(Order).write({ id: 'a', qty: 1 }, { timeout: '1h' });
      ${end}
      console.log(JSON.stringify('done'));
    `);
    expect(seen).toBe('done');
  }
});
