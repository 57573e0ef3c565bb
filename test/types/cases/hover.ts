/** Declarations whose hover text is kept in `../hover.txt`. */
import type { Grid } from '@weft/client';
import { avg, count, sum, type Infer, type InferInsert, type InferKey, type InferPatch } from '@weft/data';
import { Order, type Trade } from './order.ts';

declare const grid: Grid;
const orders = grid.space(Order);

// hover
export type Row = Infer<typeof Order>;
// hover
export type NewOrder = InferInsert<typeof Order>;
// hover
export type OrderPatch = InferPatch<typeof Order>;
// hover
export type TradeKey = InferKey<typeof Trade>;
// hover
export const selected = await orders.find({ status: 'new' }, { select: ['id', 'qty', 'note'] });
// hover
export const query = orders.find((r) => r.qty.gt(5), { select: ['id', 'qty'] });
// hover
export const figures = await orders.aggregate({
  by: ['symbol'],
  select: { n: count(), total: sum('qty'), mean: avg('price') },
});
// hover
export const stored = await orders.get('x');
// hover
export const named: Row = await orders.getOrThrow('x');
