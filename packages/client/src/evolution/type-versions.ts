import { WeftError } from '@weft/base';
import {
  type AnyType,
  type ConvertRow,
  diffSchemas,
  diffText,
  type EvolutionPlan,
  OldView,
  rowConversion,
  type Source,
  type TypeSchema,
} from '@weft/data';
import { Gate } from './gate.ts';
import { outdatedDeclaration, outdatedSource } from './outdated-source.ts';
import { ServedSource } from './served-source.ts';
import { VersionedSource } from './versioned-source.ts';

/** What is made once for each declaration of a type, over the sources that it is given. */
export type MakeHandles<H> = (type: AnyType, sources: readonly Source[]) => H;

/**
 * The declarations under which one type is served: the stored one, and the one before it through `VersionedSource`. Handles of older
 * ones stay, and refuse.
 */
export class TypeVersions<H> {
  /** The tables, of the stored declaration, one per partition. */
  readonly sources: readonly Source[];
  /** Closed while a change of declaration waits for changes of rows under way. */
  readonly gate = new Gate();
  /** Settles when the changes of declaration that were asked for have ended; undefined where there is none. */
  evolving: Promise<void> | undefined;
  readonly #make: MakeHandles<H>;
  /** By fingerprint: programs hold few declarations of a type. */
  readonly #served = new Map<string, Served<H>>();
  /** Fingerprints of declarations that were stored and are not served any more. */
  readonly #outdated = new Set<string>();
  #schema: TypeSchema;
  #before: OldView | undefined;

  constructor(schema: TypeSchema, sources: readonly Source[], make: MakeHandles<H>) {
    this.#schema = schema;
    this.sources = sources;
    this.#make = make;
  }

  /** The stored declaration. */
  get schema(): TypeSchema {
    return this.#schema;
  }

  /** The handles of a declaration, made when they are first asked for. Throws TYPE_CONFLICT, DECLARATION_OUTDATED. */
  handlesOf(type: AnyType): H {
    const { fingerprint } = type.schema;
    const isServed = fingerprint === this.#schema.fingerprint || fingerprint === this.#before?.schema.fingerprint;
    if (!isServed) throw this.#refusal(type.schema);
    const known = this.#served.get(fingerprint);
    if (known !== undefined) return known.handles;
    const sources = this.sources.map((source) => new ServedSource(this.#targetOf(type.schema, source), this.gate));
    const made = { schema: type.schema, sources, handles: this.#make(type, sources) };
    this.#served.set(fingerprint, made);
    return made.handles;
  }

  /** How rows of one declaration look by another, which is served: for records of the log. Throws DECLARATION_OUTDATED. */
  conversion(from: TypeSchema, to: TypeSchema): ConvertRow {
    if (to.fingerprint === this.#schema.fingerprint) return rowConversion(from, to);
    const before = this.#before;
    if (before === undefined || to.fingerprint !== before.schema.fingerprint) throw outdatedDeclaration(to.name);
    const stored = from.fingerprint === before.stored.fingerprint ? undefined : rowConversion(from, before.stored);
    return (values) => {
      const shown: unknown[] = [];
      before.showValues(stored === undefined ? values : stored(values), shown);
      return shown;
    };
  }

  /** To be called in the turn in which all sources went over: every handle finds its way to them. */
  commit(plan: EvolutionPlan): void {
    if (this.#before !== undefined) this.#outdated.add(this.#before.schema.fingerprint);
    this.#before = new OldView(plan);
    this.#schema = plan.to;
    for (const { fingerprint } of [plan.from, plan.to]) this.#outdated.delete(fingerprint);
    for (const { schema, sources } of this.#served.values()) {
      for (const [at, source] of sources.entries()) source.serve(this.#targetOf(schema, this.sources[at]!));
    }
  }

  #targetOf({ name, fingerprint }: TypeSchema, source: Source): Source {
    if (fingerprint === this.#schema.fingerprint) return source;
    if (this.#before !== undefined && fingerprint === this.#before.schema.fingerprint)
      return new VersionedSource(this.#before, source);
    return outdatedSource(name, source.partition);
  }

  #refusal(declared: TypeSchema): WeftError {
    if (this.#outdated.has(declared.fingerprint)) return outdatedDeclaration(declared.name);
    return conflictOf(this.#schema, declared);
  }
}

interface Served<H> {
  readonly schema: TypeSchema;
  readonly sources: readonly ServedSource[];
  readonly handles: H;
}

/** TYPE_CONFLICT that shows what differs, and whether `grid.evolve` would go over. */
function conflictOf(stored: TypeSchema, declared: TypeSchema): WeftError<'TYPE_CONFLICT'> {
  const { name } = stored;
  const lines = diffSchemas(stored, declared);
  const isPlannable = lines.every(({ refusal }) => refusal === undefined);
  const message = `${name}: the grid holds another declaration of this type (declared against stored):\n${diffText(lines)}`;
  const hint = isPlannable
    ? `Call await grid.evolve(${name}) to go over to this declaration, or share the stored one.`
    : 'Change the declaration as the message says, line by line, or give it another name.';
  return new WeftError('TYPE_CONFLICT', message, { hint, details: { type: name, evolvable: isPlannable } });
}
