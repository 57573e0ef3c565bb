import type { Disk, DiskFile, WriteMode } from '@weft/base';

/** A directory of a disk as a disk of its own. */
export class FolderDisk implements Disk {
  readonly #disk: Disk;
  readonly #folder: string;

  constructor(disk: Disk, folder: string) {
    this.#disk = disk;
    this.#folder = folder;
  }

  locate(path: string): string {
    return this.#disk.locate(this.#at(path));
  }

  list(directory: string): Promise<string[]> {
    return this.#disk.list(this.#at(directory));
  }

  makeDirectory(path: string): Promise<void> {
    return this.#disk.makeDirectory(this.#at(path));
  }

  create(path: string, mode?: WriteMode): Promise<DiskFile> {
    return this.#disk.create(this.#at(path), mode);
  }

  open(path: string, mode: 'read' | WriteMode): Promise<DiskFile> {
    return this.#disk.open(this.#at(path), mode);
  }

  rename(from: string, to: string): Promise<void> {
    return this.#disk.rename(this.#at(from), this.#at(to));
  }

  remove(path: string): Promise<void> {
    return this.#disk.remove(this.#at(path));
  }

  syncDirectory(path: string): Promise<void> {
    return this.#disk.syncDirectory(this.#at(path));
  }

  #at(path: string): string {
    return path === '' ? this.#folder : `${this.#folder}/${path}`;
  }
}
