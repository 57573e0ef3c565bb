import { errorsPage } from './errors/page.ts';

/** A file that follows from others. */
export interface GeneratedPage {
  /** From the root of the repository, with forward slashes. */
  readonly path: string;
  readonly text: string;
}

/** Every page that `npm run generate` writes and the tidy test compares. */
export function generatedPages(): readonly GeneratedPage[] {
  return [{ path: 'docs/errors.md', text: errorsPage() }];
}
