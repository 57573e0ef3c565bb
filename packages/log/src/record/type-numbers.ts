import { assert } from '@weft/base';
import type { TypeSchema } from '@weft/data';
import type { Declaration } from './record.ts';
import { DamagedRecord } from './record-reader.ts';
import { RowImage } from './row-image.ts';

/** A declaration as records name it, with the code for its rows. */
export interface NumberedType extends Declaration {
  readonly image: RowImage;
}

/** The types of a partition by number and version, as the records of its log declare them. */
export class TypeNumbers {
  readonly #byName = new Map<string, NumberedType>();
  readonly #byFingerprint = new Map<string, NumberedType>();
  readonly #all: NumberedType[][] = [];
  /** By the object that tables hold, since each change asks. */
  readonly #bySchema = new Map<TypeSchema, NumberedType>();
  /** The one that was asked for last: changes of one type follow each other. */
  #lastSchema: TypeSchema | undefined;
  #lastType: NumberedType | undefined;

  /** The number of a declaration, which has one. */
  of(schema: TypeSchema): NumberedType {
    if (this.#lastSchema === schema) return this.#lastType!;
    const known = this.#bySchema.get(schema) ?? this.#byFingerprint.get(keyOf(schema));
    assert(known !== undefined, 'a type is declared before its rows come');
    this.#bySchema.set(schema, known);
    this.#lastSchema = schema;
    return (this.#lastType = known);
  }

  /** Whether it is the last declaration of its type. A type may go back to an earlier one, which is a version of its own then. */
  isCurrent({ name, fingerprint }: TypeSchema): boolean {
    return this.#byName.get(name)?.schema.fingerprint === fingerprint;
  }

  /** Numbers a declaration: the next version of its type, or the first of a new one. */
  add(schema: TypeSchema): NumberedType {
    assert(!this.isCurrent(schema), 'a declaration is numbered once');
    const before = this.#byName.get(schema.name);
    const number = before?.number ?? this.#all.length;
    return this.#enter({ number, version: this.#all[number]?.length ?? 0, schema });
  }

  /** Takes a number that a record gives. Throws DamagedRecord where it is not the next one. */
  adopt(declaration: Declaration): NumberedType {
    const { number, version, schema } = declaration;
    const isNext = number === (this.#byName.get(schema.name)?.number ?? this.#all.length);
    if (!isNext || version !== (this.#all[number]?.length ?? 0))
      throw new DamagedRecord(`the declaration of ${schema.name} is out of order`);
    return this.#enter(declaration);
  }

  at(number: number, version: number): NumberedType {
    const type = this.#all[number]?.[version];
    if (type === undefined) throw new DamagedRecord('a row is of a type that no record before has declared');
    return type;
  }

  /** The declarations of a type, in order. */
  declarationsOf(name: string): TypeSchema[] {
    const number = this.#byName.get(name)?.number;
    return number === undefined ? [] : this.#all[number]!.map(({ schema }) => schema);
  }

  /** The last declaration of each type, in the order of their numbers. */
  last(): NumberedType[] {
    return this.#all.map((versions) => versions.at(-1)!);
  }

  /** All of them, in an order in which `adopt` takes them. */
  all(): NumberedType[] {
    return this.#all.flat();
  }

  #enter(declaration: Declaration): NumberedType {
    const type = { ...declaration, image: new RowImage(declaration.schema) };
    this.#bySchema.clear();
    this.#lastSchema = undefined;
    (this.#all[declaration.number] ??= []).push(type);
    this.#byName.set(declaration.schema.name, type);
    this.#byFingerprint.set(keyOf(declaration.schema), type);
    return type;
  }
}

function keyOf({ name, fingerprint }: TypeSchema): string {
  return `${name} ${fingerprint}`;
}
