import { compileMatcher, type Matcher, type Seeker, type Seeking } from '@weft/data';
import type { Table } from '../table/table.ts';
import { Earliest } from './earliest.ts';
import type { Group, GroupOrder, PassedOver } from './group-order.ts';
import { LinkedList, type Linked } from './linked-list.ts';
import type { Place } from './place.ts';

/** What somebody in the line needs of it. */
export interface LineOf {
  resumed(waiting: Waiting): void;
  /** Rows behind its place are to be looked at. */
  roused(waiting: Waiting): void;
  ended(waiting: Waiting): void;
}

/** Somebody in the line. */
export class Waiting implements Seeker, PassedOver, Linked<Waiting> {
  readonly seeking: Seeking;
  readonly matches: Matcher;
  readonly groups: GroupOrder | undefined;
  /** How far it has looked, while it looks on its own. */
  readonly place: Place;
  /** It has looked at all rows: it is offered what comes. */
  isIdle = false;
  isOver = false;
  /** Rows that were left to it, since it has yet to come to them, by their arrival. */
  readonly left: number[] = [];
  /** Its place in the line: who has the lower number goes first. */
  since = 0;
  /** Groups that have opened since it passed over rows of them, and from which arrival on it looks at them. */
  readonly opened = new Map<string, { readonly group: Group; from: number }>();
  prev: Waiting | undefined;
  next: Waiting | undefined;
  list: { remove(item: Waiting): void } | undefined;
  readonly #line: LineOf;

  constructor(line: LineOf, seeking: Seeking, table: Table, place: Place, groups: GroupOrder | undefined) {
    this.#line = line;
    this.seeking = seeking;
    this.place = place;
    this.groups = groups;
    const { where } = seeking;
    this.matches = where === undefined ? () => true : compileMatcher(table.schema, where, table.columns);
  }

  get isCaughtUp(): boolean {
    return this.isIdle;
  }

  get isWanting(): boolean {
    return !this.isOver && this.seeking.wanted() > 0;
  }

  resume(): void {
    if (!this.isOver) this.#line.resumed(this);
  }

  end(): void {
    if (!this.isOver) this.#line.ended(this);
  }

  groupOpened(group: Group): void {
    if (this.isOver) return;
    this.opened.set(group.name, { group, from: 0 });
    this.#line.roused(this);
  }
}

/** Who waits, in the order in which they came or were last given a row: who gets one goes to the end. */
export class Line {
  readonly #all = new LinkedList<Waiting>();
  /** Those who look on their own, or want nothing for now. */
  readonly awake = new Set<Waiting>();
  size = 0;
  /** Those of them who may want rows, by their place in the line as it was. */
  readonly #lookers = new Earliest<Waiting>();
  /** Those of them who have looked at everything. */
  idle = 0;
  #since = 0;

  get first(): Waiting | undefined {
    return this.#all.first;
  }

  add(waiting: Waiting): void {
    this.size++;
    this.awake.add(waiting);
    this.#append(waiting);
  }

  remove(waiting: Waiting): void {
    this.#all.remove(waiting);
    this.size--;
    if (waiting.isIdle) this.idle--;
    this.awake.delete(waiting);
    waiting.isIdle = false;
  }

  toEnd(waiting: Waiting): void {
    this.#all.remove(waiting);
    this.#append(waiting);
  }

  setIdle(waiting: Waiting, isIdle: boolean): void {
    if (waiting.isIdle === isIdle) return;
    waiting.isIdle = isIdle;
    this.idle += isIdle ? 1 : -1;
    if (isIdle) this.awake.delete(waiting);
    else {
      this.awake.add(waiting);
      this.#lookers.add(waiting.since, waiting);
    }
  }

  /** The first in line who looks on their own and wants rows. Who wants none is asked again once they have resumed. */
  looking(): Waiting | undefined {
    const lookers = this.#lookers;
    for (let first = lookers.first; first !== undefined; first = lookers.first) {
      if (first.since === lookers.firstNumber && this.awake.has(first) && first.isWanting) return first;
      lookers.removeFirst();
    }
    return undefined;
  }

  #append(waiting: Waiting): void {
    waiting.since = this.#since++;
    this.#all.append(waiting);
    if (!waiting.isIdle) this.#lookers.add(waiting.since, waiting);
  }
}
