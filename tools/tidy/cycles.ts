import { importsOf, targetOf } from './imports.ts';
import type { Finding, SourceFile } from './source-tree.ts';

/**
 * Cycles of imports between files, types included: each strongly connected set of files is one finding.
 * Tarjan, "Depth-first search and linear graph algorithms", 1972.
 */
export function checkCycles(files: readonly SourceFile[]): Finding[] {
  const graph = importGraph(files);
  return stronglyConnected(graph)
    .filter((component) => component.length > 1 || graph.get(component[0]!)!.includes(component[0]!))
    .map((component) => {
      const loop = component.toSorted();
      return { path: loop[0]!, message: `import cycle: ${[...loop, loop[0]].join(' → ')}; move what they share down` };
    });
}

function importGraph(files: readonly SourceFile[]): Map<string, readonly string[]> {
  const sources = files.filter(({ path }) => path.endsWith('.ts'));
  const known = new Set(sources.map(({ path }) => path));
  return new Map(
    sources.map((file) => [
      file.path,
      importsOf(file).flatMap((found) => {
        const target = targetOf(found);
        return target !== undefined && known.has(target) ? [target] : [];
      }),
    ]),
  );
}

function stronglyConnected(graph: ReadonlyMap<string, readonly string[]>): string[][] {
  const order = new Map<string, number>();
  const low = new Map<string, number>();
  const open: string[] = [];
  const components: string[][] = [];
  const visit = (node: string): number => {
    const index = order.size;
    order.set(node, index);
    low.set(node, index);
    open.push(node);
    for (const next of graph.get(node)!) {
      const reached = order.has(next) ? (open.includes(next) ? order.get(next)! : Infinity) : visit(next);
      low.set(node, Math.min(low.get(node)!, reached));
    }
    if (low.get(node) === index) components.push(open.splice(open.indexOf(node)));
    return open.includes(node) ? low.get(node)! : Infinity;
  };
  for (const node of graph.keys()) if (!order.has(node)) visit(node);
  return components;
}
