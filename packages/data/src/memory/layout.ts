/**
 * The page layout that host, workers and kernels agree on.
 *
 * A table is cut into pages of ROWS_PER_PAGE rows. For each page and column there is one run of cells in a segment,
 * and, where the column is optional, a null bitmap; for each page there is a live bitmap. Cells are little-endian.
 *
 * | kind                         | cell                                                        |
 * |------------------------------|-------------------------------------------------------------|
 * | bool                         | u8 (0, 1)                                                   |
 * | int16, int32, int64          | i16, i32, i64                                               |
 * | float32, float64             | f32, f64                                                    |
 * | decimal                      | i64, the unscaled value                                     |
 * | date                         | i32, days since 1970-01-01                                  |
 * | timestamp, localTimestamp    | i64, microseconds since 1970-01-01                          |
 * | enum                         | u8 up to 256 members, else u16: position in the declaration |
 * | uuid                         | b16, the 16 bytes in text order                             |
 * | string                       | per page: u16 codes of the column's dictionary, u32 refs,   |
 * |                              | or the text, at a stride of 1 to 32 bytes                   |
 * | bytes, json, array           | u32 refs into the table's heap                              |
 *
 * The cell of an absent value is zero. Bitmaps are little-endian bit order: row r is bit `r & 7` of byte `r >>> 3`;
 * 1 means null in a null bitmap and present in a live bitmap.
 */
export type CellType = 'u8' | 'u16' | 'i16' | 'i32' | 'i64' | 'f32' | 'f64' | 'b16' | 'ref';

/** log2 of the rows of a page. */
export const ROW_BITS = 13;
/** Rows of a page: large enough that a kernel call pays, small enough that copying one takes 10 µs. */
export const ROWS_PER_PAGE = 1 << ROW_BITS;
export const ROW_MASK = ROWS_PER_PAGE - 1;

/** Bytes of a null or live bitmap. */
export const BITMAP_BYTES = ROWS_PER_PAGE / 8;

export const cellBytes: Readonly<Record<CellType, number>> = {
  u8: 1,
  u16: 2,
  i16: 2,
  i32: 4,
  i64: 8,
  f32: 4,
  f64: 8,
  b16: 16,
  ref: 4,
};
