/** The entry `weft/client`: what a program needs that connects to a grid elsewhere, and nothing of what holds rows. */
export { errorRegistry, WeftError, type ByteSize, type Duration, type ErrorCode } from '@weft/base';
export { defineType, t, Decimal } from '@weft/data';
export { connect, type ConnectOptions } from '../net/connect.ts';
export type { AnyGrid, Consumer, GridStats, RemoteGrid, Space, Subscription, Transaction } from '@weft/client';
