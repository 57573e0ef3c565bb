import { ByteSink } from './byte-sink.ts';
import { FunctionBuilder } from './function-builder.ts';
import { type ValueType, valueTypes } from './opcodes.ts';

/** Pages of 64 KiB that a 32-bit memory can have. */
const PAGES_MAX = 65_536;

/**
 * A module that imports the two memories and defines functions, in the binary format: eight bytes of preamble, then
 * the sections type, import, function, export and code.
 */
export class ModuleBuilder {
  readonly #functions: FunctionBuilder[] = [];
  readonly #exports = new Map<string, number>();
  readonly #helpers = new Map<string, number>();

  /** Defines an exported function. */
  define(
    name: string,
    params: readonly ValueType[],
    results: readonly ValueType[],
    emit: (f: FunctionBuilder) => void,
  ): void {
    this.#exports.set(name, this.#add(params, results, emit));
  }

  /** The index of an inner function, which is made where `name` is new. */
  helper(
    name: string,
    params: readonly ValueType[],
    results: readonly ValueType[],
    emit: (f: FunctionBuilder) => void,
  ): number {
    const known = this.#helpers.get(name);
    if (known !== undefined) return known;
    const index = this.#add(params, results, emit);
    this.#helpers.set(name, index);
    return index;
  }

  toBytes(): Uint8Array<ArrayBuffer> {
    const types = new Map<string, number>();
    const typeOf = this.#functions.map((f) => indexOf(types, `${f.params.join()}>${f.results.join()}`));
    const module = new ByteSink();
    module.bytes([0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00]);
    section(module, 1, [...types.keys()], writeType);
    section(module, 2, ['segment', 'scratch'], writeMemoryImport);
    section(module, 3, typeOf, (sink, index) => sink.unsigned(index));
    section(module, 7, [...this.#exports], (sink, [name, index]) => {
      sink.name(name);
      sink.byte(0x00);
      sink.unsigned(index);
    });
    section(module, 10, this.#functions, (sink, f) => sink.framed(f.toBody()));
    return module.toBytes();
  }

  #add(params: readonly ValueType[], results: readonly ValueType[], emit: (f: FunctionBuilder) => void): number {
    const f = new FunctionBuilder(params, results);
    // Helpers that `emit` asks for come first: an index is known once the body is complete.
    emit(f);
    this.#functions.push(f);
    return this.#functions.length - 1;
  }
}

function indexOf(types: Map<string, number>, signature: string): number {
  if (!types.has(signature)) types.set(signature, types.size);
  return types.get(signature)!;
}

function section<T>(module: ByteSink, id: number, items: readonly T[], write: (sink: ByteSink, item: T) => void): void {
  const content = new ByteSink();
  content.unsigned(items.length);
  for (const item of items) write(content, item);
  module.byte(id);
  module.framed(content);
}

/** `signature` is 'i32,i64>i32'. */
function writeType(sink: ByteSink, signature: string): void {
  sink.byte(0x60);
  for (const side of signature.split('>')) {
    const list = side === '' ? [] : (side.split(',') as ValueType[]);
    sink.unsigned(list.length);
    for (const type of list) sink.byte(valueTypes[type]);
  }
}

/** Limits are as wide as they can be, so that memories of any size fit. The segment is shared, the scratch is not. */
function writeMemoryImport(sink: ByteSink, name: string): void {
  sink.name('weft');
  sink.name(name);
  sink.byte(0x02);
  sink.byte(name === 'segment' ? 0x03 : 0x00);
  sink.unsigned(0);
  if (name === 'segment') sink.unsigned(PAGES_MAX);
}
