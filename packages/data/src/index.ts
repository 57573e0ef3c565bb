export { checkerOf, checkerOfKind, checkValue, type Checker } from './kind/check.ts';
export type { JsonValue } from './kind/check-json.ts';
export { describeKind } from './kind/describe.ts';
export { comparatorOf, compareValues, equalValues, type Comparator, type Equality } from './kind/compare.ts';
export { compareJsonScalars, equalJson } from './kind/compare-json.ts';
export { compareStrings } from './kind/compare-strings.ts';
export {
  ARRAY_LENGTH_MAX,
  DECIMAL_PRECISION_MAX,
  JSON_DEPTH_MAX,
  KEY_BYTES_MAX,
  ROW_BYTES_MAX,
  VALUE_BYTES_MAX,
} from './kind/limits.ts';
export { Decimal, DECIMAL_SCALE_MAX, DECIMAL_TEXT_MAX, type DecimalInput } from './value/decimal.ts';
export { cellOf, ENUM_U8_MAX } from './kind/cell-of.ts';
export { cellOfValue, valueOfCell, type CellNumber } from './kind/cells.ts';
export { hasherOf, hashOfValue, partitionOf, SLOTS, slotOf, type Hasher, type PartitionShare } from './kind/routing.ts';
export { arrayBytes, decodeArray, encodeArray } from './value/array-codec.ts';
export type { BatchColumn } from './column/batch-column.ts';
export { ABSENT_HASH, Column, CellColumn, type ColumnPages } from './column/column.ts';
export type { PageBytes, PageForm, PageImage } from './column/column-image.ts';
export type { CodesImage } from './column/string-codes.ts';
export type { ZoneImage } from './column/zone-map.ts';
export { createColumn } from './column/create-column.ts';
export { hasSameCells } from './column/same-cells.ts';
export { LiveRows, type LivePages } from './column/live-rows.ts';
export { TimestampColumn } from './column/int64-columns.ts';
export { LsnColumn } from './column/lsn-column.ts';
export type { ColumnReader } from './column/reader.ts';
export { ValueRun } from './column/value-run.ts';
export { StringColumn } from './column/string-column.ts';
export { INLINE_PAGE_BYTES_MAX, REWRITE_BYTES_MAX } from './column/string-room.ts';
export { Arena, POISON_BYTE, SEGMENT_BYTES_DEFAULT, SEGMENTS_MAX_DEFAULT, type ArenaOptions } from './memory/arena.ts';
export { Epochs } from './memory/epochs.ts';
export { Governor, GRANT_BYTES } from './memory/governor.ts';
export {
  Heap,
  HEAP_HEADER_BYTES_MAX,
  HEAP_PAGE_BYTES,
  HEAP_PAGES_MAX,
  type HeapImage,
  type HeapPages,
} from './memory/heap.ts';
export { BITMAP_BYTES, ROW_BITS, ROW_MASK, ROWS_PER_PAGE } from './memory/layout.ts';
export { memoryLimit, shortageOf, type MemoryNeed, type Shortage } from './memory/memory-need.ts';
export { MemoryQuota } from './memory/memory-quota.ts';
export {
  sumAccounts,
  type ColumnAccount,
  type HeapAccount,
  type IndexAccount,
  type TableAccount,
} from './memory/table-account.ts';
export type { TableMemory } from './memory/page-run.ts';
export type {
  AggregateFn,
  AggregatePlan,
  AggregateTerm,
  Explain,
  FindPlan,
  Mutation,
  OrderTerm,
  PartitionExplain,
} from './plan/plan.ts';
export type { Comparison, JsonPath, Predicate, TextMatch } from './predicate/predicate.ts';
export { generateId, slotOfId } from './row/generated-id.ts';
export { KeyCode, type Key } from './row/key-code.ts';
export { compilePatch } from './row/patch-code.ts';
export { batchStageOf, type BatchStage, type RowBatch } from './row/row-batch.ts';
export { runBatchOf, type RunBatch } from './row/run-batch.ts';
export {
  compileProjection,
  rowCodeOf,
  isVisible,
  type Projection,
  type RowCode,
  type RowValues,
} from './row/row-code.ts';
export { longBytesOf, RowLimits } from './row/row-limits.ts';

export { convertValue } from './evolution/convert-value.ts';
export { diffSchemas, diffText, type DiffLine } from './evolution/diff.ts';
export { OldView, type ShowRow } from './evolution/old-view.ts';
export { rowConversion } from './evolution/row-conversion.ts';
export { outdatedColumn } from './evolution/outdated.ts';
export {
  columnsOf,
  isDirect,
  translateAggregate,
  translateFind,
  translateMutations,
  translatePatch,
  whereOf,
  type TranslatedFind,
} from './evolution/translate-plan.ts';
export { translateWhere } from './evolution/translate-predicate.ts';
export { planEvolution, type ColumnStep, type EvolutionPlan } from './evolution/plan.ts';
export { COLUMNS_MAX, ENUM_MEMBERS_MAX } from './type/check-column.ts';
export { t } from './type/builders.ts';
export type { AnyColumn, ColumnDef, ColumnMode, Columns, ColumnType, KeptColumn } from './type/column.ts';
export { defineType } from './type/define-type.ts';
export type { EvictBy, EvictLru, EvictOption, IndexOption, TypeOptions } from './type/type-options.ts';
export type {
  ColumnName,
  Infer,
  InferInsert,
  InferKey,
  InferPatch,
  InferTemplate,
  InsertOf,
  PatchOf,
  RowOf,
  Selected,
  TemplateOf,
} from './type/infer.ts';
export { columnUnknown, declaredByName, expiryOf, isSystemColumn, requireColumn } from './type/lookup.ts';
export { nearestName, snakeCase } from './type/names.ts';
export type {
  ColumnRole,
  ColumnSchema,
  EvictSchema,
  IndexSchema,
  Kind,
  KindName,
  ScalarKind,
  TypeSchema,
} from './type/schema.ts';
export { foreignSchema, SCHEMA_TEXT_MAX } from './type/foreign-schema.ts';
export { readSchema, schemaJson } from './type/schema-json.ts';
export type { AnyType, TypeDef } from './type/type-def.ts';
export { IN_VALUES_MAX } from './predicate/arguments.ts';
export { Condition, PREDICATE_TERMS_MAX } from './predicate/condition.ts';
export { resolveOrder, type OrderBy } from './predicate/order.ts';
export type {
  ArrayRef,
  JsonColumnRef,
  JsonNode,
  JsonRef,
  OrderedRef,
  Ref,
  Refs,
  TextRef,
} from './predicate/ref-types.ts';
export { resolveTarget, resolveWhere, type Where } from './predicate/where.ts';
export { resolveAggregate, type AggregateQuestion } from './plan/aggregate-builder.ts';
export type { AggregateRequest, AggregateResult, GroupName, Outputs } from './plan/aggregate-types.ts';
export { avg, count, countDistinct, distinct, max, min, sum, type Aggregate } from './plan/aggregates.ts';
export { resolveChange } from './plan/change-builder.ts';
export type { Change, JsonChange } from './plan/change-types.ts';
export { resolveFind, type CallOptions, type FindShape } from './plan/find-builder.ts';
export { checkOptionNames, checkRowCount } from './plan/options.ts';
export { textPrefixRange } from './column/text-prefix.ts';
export type { PageView } from './memory/page-run.ts';
export { AggregatePartial, type Group } from './evaluate/aggregate-partial.ts';
export { addPartialItem, partialItems, type PartialItem } from './evaluate/partial-code.ts';
export {
  aggregateShape,
  answerColumns,
  GROUPS_MAX,
  type AggregateShape,
  type TermShape,
} from './evaluate/aggregate-shape.ts';
export { finishAggregate, finishInSlices } from './evaluate/finish-aggregate.ts';
export { rowOrder, type AggregateRow } from './evaluate/row-order.ts';
export { compileMatcher, type Matcher } from './evaluate/matcher.ts';
export { compileChange, type CompiledChange } from './evaluate/mutate.ts';
export { identityOf, type Identity } from './evaluate/identity.ts';
export { NaiveAggregate } from './evaluate/naive-aggregate.ts';
export { joinInSlices } from './evaluate/sort-in-slices.ts';
export { prepareLists, valueList } from './evaluate/value-list.ts';
export { FilterRun } from './kernel/filter-run.ts';
export type { FilterFragment, KernelFragment } from './kernel/fragment.ts';
export { KernelRun } from './kernel/kernel-run.ts';
export { lowerAggregate } from './kernel/lower-aggregate.ts';
export { lowerFilter } from './kernel/lower-filter.ts';
export type { Dictionaries, DictionaryView, KernelPage } from './kernel/page.ts';
export type {
  ChangeFeed,
  ChangeReader,
  ConvertRow,
  FeedRequest,
  FeedStats,
  FilterStep,
  Overflow,
  Position,
} from './plan/change-feed.ts';
export { HeardEvent } from './plan/change-feed.ts';
export { explainPartition, newCounters, type ScanCounters } from './plan/counters.ts';
export {
  sumCounts,
  type DeadRow,
  type Holding,
  type QueueCounts,
  type QueueRun,
  type QueueSource,
  type Seeker,
  type SeekKind,
  type Seeking,
} from './plan/queue-source.ts';
export type {
  AnswerNote,
  KnownAnswer,
  Patch,
  PreparedEvolution,
  Run,
  RunInserter,
  Source,
  UndoableWrites,
  WholeGroup,
} from './plan/source.ts';
export { finish, WHOLE, type RowWork, type Slice, type Work } from './plan/work.ts';
export { conjunctsOf, type Conjuncts, type Limit } from './predicate/conjuncts.ts';
