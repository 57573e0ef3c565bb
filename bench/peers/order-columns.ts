import { t } from 'weft';

/** The columns of an `Order` in Weft, with no index: a declaration that wants one spreads them and puts its own column in place. */
export const orderColumns = {
  id: t.string(),
  customer: t.string(),
  symbol: t.string(),
  side: t.string(),
  quantity: t.int32(),
  price: t.float64(),
  time: t.timestamp(),
  venue: t.string(),
  note: t.string(),
  flags: t.int32(),
};
