import type { Explain, FindPlan } from '@weft/data';
import type { RecordReader } from '@weft/log';
import type { Cursor, Query } from '../api.ts';
import type { Call } from '../call.ts';
import { partOf } from '../router.ts';
import type { Asker } from './asker.ts';
import { LazyAnswer } from './lazy-answer.ts';
import type { Link } from './link.ts';
import { RemoteCursor, type Batches } from './remote-cursor.ts';
import { StreamReader } from './stream-reader.ts';

/** A find, run when it is awaited or iterated, and anew each time. */
export class RemoteQuery extends LazyAnswer<object[]> implements Query<object> {
  readonly #open: () => RemoteCursor;

  constructor(asker: Asker, plan: () => FindPlan, begin: () => Call) {
    const open = (): RemoteCursor =>
      new RemoteCursor(() => {
        // As embedded: what is wrong with the call is told before what is wrong with the question.
        const call = begin();
        return { call, batches: foundRows(asker, plan(), call) };
      });
    super(
      () => asker.parts.underWay.track(allOf(open())),
      () => explained(asker, plan(), begin()),
    );
    this.#open = open;
  }

  [Symbol.asyncIterator](): Cursor<object> {
    return this.#open();
  }
}

async function allOf(cursor: RemoteCursor): Promise<object[]> {
  let rows: object[] | undefined;
  for (let batch = await cursor.nextBatch(); batch !== undefined; batch = await cursor.nextBatch()) {
    if (rows === undefined) rows = batch;
    else for (const row of batch) rows.push(row);
  }
  return rows ?? [];
}

/** Rows that a find gives, of all hosts that may have some. */
function foundRows(asker: Asker, plan: FindPlan, call: Call): Batches {
  const links = asker.linksFor(plan.where);
  if (links.length === 1) return rowsOf(asker, links[0]!, plan, call);
  const { offset = 0, limit = Infinity } = plan;
  const part = partOf(plan, offset + limit);
  const parts = links.map((link) => rowsOf(asker, link, part, call));
  // What joins them is loaded where a space has several hosts.
  const joined = import('./joined-rows.ts').then(({ joinedRows }) =>
    joinedRows(parts, asker.type!.type.schema, plan, part.select),
  );
  return { next: async () => (await joined).next(), close: async () => (await joined).close() };
}

function rowsOf(asker: Asker, link: Link, plan: FindPlan, call: Call): Batches {
  const { form } = asker.type!;
  const columns = plan.select === undefined ? form.whole : form.select(plan.select);
  const read = (reader: RecordReader): object => columns.read(reader);
  return new StreamReader<object>(asker, link, call, { verb: 'find', args: { plan }, read });
}

async function explained(asker: Asker, plan: FindPlan, call: Call): Promise<Explain> {
  const links = asker.linksFor(plan.where);
  const { offset = 0, limit = Infinity } = plan;
  const part = links.length === 1 ? plan : partOf(plan, offset + limit);
  return asker.explain(links, 'explainFind', { plan: part }, { isWrite: false, call, as: 'find' });
}
