import type { AnyType } from '@weft/data';
import { proposeType } from '@weft/files';
import { existsSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { UsageError } from '../cli/usage-error.ts';
import type { FileOptions } from './file-options.ts';

/** A type for the rows of a file, and how columns of the file map to it. */
export interface FileType {
  readonly type: AnyType;
  readonly columns: Readonly<Record<string, string>>;
  /** What the proposal has to say of the file. */
  readonly notes: readonly string[];
}

/** The type that `--type` names, or one proposed from the whole file. */
export async function fileType(file: string, named: string | undefined, options: FileOptions): Promise<FileType> {
  if (named !== undefined) return { type: await declaredType(named), columns: {}, notes: [] };
  if (file === '-' || (await isPipe(file)))
    throw new UsageError(
      `${file === '-' ? 'standard input' : file} can be read once only`,
      'name a declared type with --type FILE#NAME',
    );
  const { type, columns, notes } = await proposeType(file, { ...options, sample: 'all' });
  return { type, columns, notes };
}

/** What has no size is read once, and a device may never end. */
async function isPipe(file: string): Promise<boolean> {
  const found = await stat(file).catch(() => undefined);
  return found !== undefined && !found.isFile() && !found.isDirectory();
}

async function declaredType(named: string): Promise<AnyType> {
  const at = named.lastIndexOf('#');
  if (at < 1 || at === named.length - 1)
    throw new UsageError(`--type ${named} names no export`, 'write it as --type types.ts#Flight');
  const [path, name] = [named.slice(0, at), named.slice(at + 1)];
  if (!existsSync(path)) throw new UsageError(`--type ${named} names no file that is there`, 'check the path');
  let module: Record<string, unknown>;
  try {
    module = (await import(pathToFileURL(resolve(path)).href)) as Record<string, unknown>;
  } catch (error) {
    throw new UsageError(
      `${path} cannot be loaded: ${(error as Error).message}`,
      'name a module with --type FILE#NAME',
    );
  }
  const type = module[name] as Partial<AnyType> | undefined;
  if (type?.schema !== undefined) return type as AnyType;
  if (name in module) throw new UsageError(`${path} exports "${name}", but it is no type`, 'name what defineType made');
  throw new UsageError(`${path} exports no type "${name}"`, 'name what defineType made', {
    word: name,
    names: Object.keys(module).filter(
      (exported) => (module[exported] as Partial<AnyType> | undefined)?.schema !== undefined,
    ),
  });
}
