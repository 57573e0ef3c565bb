import { avg, count, sum, type Infer, type InferInsert, type InferPatch } from '@weft/data';
import type { Grid } from '../../../packages/client/src/api.ts';
import { Order } from './order.ts';

declare const grid: Grid;
const orders = grid.space(Order);

type Row = Infer<typeof Order>;
type NewOrder = InferInsert<typeof Order>;
type OrderPatch = InferPatch<typeof Order>;
const found = await orders.find({ status: 'new' }, { select: ['id', 'qty', 'note'] });
const figures = await orders.aggregate({ by: ['symbol'], select: { n: count(), total: sum('qty'), mean: avg('price') } });
const stored = await orders.write({} as NewOrder);
const changed = await orders.update('x', {} as OrderPatch);
const query = orders.find({ status: 'new' }, { select: ['id', 'qty', 'note'] });
const row: Row = stored;
export { found, figures, stored, changed, query, row };
type In = Parameters<typeof orders.write>[0];
const input: In = {} as never; export { input };
