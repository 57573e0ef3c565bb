import type { AggregatePlan, Explain, PartialItem, Predicate } from '@weft/data';
import { readPlain } from '@weft/protocol';
import type { Answer } from '../api.ts';
import type { Call } from '../call.ts';
import { drive } from '../drive.ts';
import { TurnSlice } from '../host.ts';
import type { Asker } from './asker.ts';
import { LazyAnswer } from './lazy-answer.ts';
import type { Link } from './link.ts';
import { StreamReader } from './stream-reader.ts';

/** Rows that match, counted at their hosts. */
export function countAnswer(asker: Asker, where: () => Predicate | undefined, begin: () => Call): Answer<number> {
  return new LazyAnswer(
    async () => {
      const call = begin();
      const predicate = where();
      const ask = (link: Link): Promise<number> =>
        asker.verb(link, 'count', { where: predicate }, { isWrite: false, call });
      const counts = await Promise.all(asker.linksFor(predicate).map(ask));
      return counts.reduce((sum, count) => sum + count, 0);
    },
    async () => {
      const call = begin();
      const predicate = where();
      return explainAll(asker, predicate, 'count', { where: predicate }, call);
    },
  );
}

/** Groups and their figures. Of several hosts, what each found of a group comes as it is and is merged here: so averages and distinct values are exact. */
export function aggregateAnswer(asker: Asker, plan: () => AggregatePlan, begin: () => Call): Answer<object[]> {
  return new LazyAnswer(
    async () => {
      const asked = plan();
      const call = begin();
      const links = asker.linksFor(asked.where);
      return asker.parts.underWay.track(
        links.length === 1 ? rowsOf(asker, links[0]!, asked, call) : mergedRows(asker, links, asked, call),
      );
    },
    async () => {
      const asked = plan();
      return explainAll(asker, asked.where, 'aggregate', { plan: asked }, begin());
    },
  );
}

async function rowsOf(asker: Asker, link: Link, plan: AggregatePlan, call: Call): Promise<object[]> {
  const rows: object[] = [];
  const reader = new StreamReader(asker, link, call, {
    verb: 'aggregate',
    args: { plan },
    read: (from) => readPlain(from) as object,
  });
  for (let batch = await reader.next(); batch !== undefined; batch = await reader.next())
    for (const row of batch) rows.push(row);
  return rows;
}

async function mergedRows(asker: Asker, links: readonly Link[], plan: AggregatePlan, call: Call): Promise<object[]> {
  const { turns } = asker.parts.host;
  // Of use only with several hosts, so that others need not load it.
  const { JoinedAggregate } = await import('./joined-aggregate.ts');
  const joined = new JoinedAggregate(asker.type!.type.schema, plan);
  const parts = links.map((link) => partialOf(asker, link, plan, call));
  try {
    for (const part of parts) {
      for (let batch = await part.next(); batch !== undefined; batch = await part.next())
        for (const item of batch) joined.add(item);
    }
  } finally {
    for (const part of parts) void part.close();
  }
  const pace = { turns, slice: new TurnSlice(turns), underWay: asker.parts.underWay };
  return drive(joined.finish(pace.slice), pace, call);
}

function partialOf(asker: Asker, link: Link, plan: AggregatePlan, call: Call): StreamReader<PartialItem> {
  return new StreamReader(asker, link, call, {
    verb: 'partial',
    args: { plan },
    read: (from) => readPlain(from) as PartialItem,
  });
}

async function explainAll(
  asker: Asker,
  where: Predicate | undefined,
  verb: 'count' | 'aggregate',
  args: object,
  call: Call,
): Promise<Explain> {
  const name = verb === 'count' ? 'explainCount' : 'explainAggregate';
  return asker.explain(asker.linksFor(where), name, args, { isWrite: false, call, as: verb });
}
