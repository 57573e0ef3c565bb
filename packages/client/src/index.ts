export type { IdempotencyOption } from './idempotency/idempotency-id.ts';
export type {
  Answer,
  CallOptions,
  ConflictOption,
  TtlOption,
  Cursor,
  FindOptions,
  LocalSpace,
  ManyOptions,
  OnceOptions,
  OnError,
  Query,
  RejectedRow,
  Space,
  UpdateOptions,
  VersionOption,
  WriteEachResult,
  WriteManyAnswer,
  WriteManyOptions,
  WriteManyResult,
  WriteOptions,
} from './api.ts';
export { Call } from './call.ts';
export { evolveType, type Agree } from './evolution/evolve-type.ts';
export { TypeVersions } from './evolution/type-versions.ts';
export type {
  AnyGrid,
  CloseOptions,
  Durability,
  EvolutionReport,
  Grid,
  GridStats,
  IdempotencyStats,
  LogStats,
  MemoryStats,
  PartitionLogStats,
  RecoveryStats,
  SnapshotStats,
  BackupReport,
  TypeStats,
} from './grid-api.ts';
export { ExpirySweeper } from './expiry/expiry-sweeper.ts';
export { HiddenKeys } from './hidden-keys.ts';
export { TurnSlice, type Host } from './host.ts';
export { LocalVerbs, localSpace } from './local-space.ts';
export type {
  ConsumeOptions,
  Consumer,
  DeadLetter,
  Delivery,
  NackOptions,
  QueueVerbs,
  WaitOptions,
} from './queue/queue-api.ts';
export { Router } from './router.ts';
export type {
  AtomicAnswers,
  AtomicOptions,
  AtomicWrite,
  AtomicWrites,
  Transaction,
  TransactionOptions,
  TransactionSpace,
} from './transaction/transaction-api.ts';
export type { Scope } from './transaction/scope.ts';
export { Transactions, type AnswerThere } from './transaction/transactions.ts';
export { decodeAnswer, encodeAnswer } from './idempotency/answer-code.ts';
export { UnderWay } from './under-way.ts';
export { asyncSpace, SpaceVerbs, type SpaceParts } from './space.ts';
export { joinStats } from './remote/join-stats.ts';
export { RemoteGrid, type RemoteGridOptions } from './remote/remote-grid.ts';
export type { LinkParts } from './remote/link-parts.ts';
export type { RowsBefore } from './many-writer.ts';
export { tellsOfRows } from './settle.ts';
export { servedGrid, type ServedGrid } from './served-grid.ts';
export { servedType, type ServedType } from './served-type.ts';
export { UnreadRow } from './unread-row.ts';
export { isAboutRow } from './row-fault.ts';
export type { BatchOptions } from './batch-run.ts';
export { batchWriterOf, type BatchResult, type BatchWriter } from './write-batch.ts';
export type {
  ClearEvent,
  GapEvent,
  InitialEvent,
  InsertEvent,
  LiveEvent,
  RemoveEvent,
  SubscribeOptions,
  Subscription,
  SubscriptionEvent,
  UpdateEvent,
} from './subscribe/events.ts';
export { BUFFER_EVENTS_DEFAULT, BUFFER_EVENTS_MAX, GROUP_NAME_MAX } from './subscribe/subscribe-options.ts';
export { pollSubscription } from './subscribe/open-subscription.ts';
export type { Changes } from './subscribe/subscribe.ts';
