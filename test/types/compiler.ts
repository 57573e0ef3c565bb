/** TypeScript's own executable, as installed for this platform, without the Node wrapper around it. */
import { fileURLToPath } from 'node:url';

const wrapper = new URL('../../node_modules/typescript/lib/getExePath.js', import.meta.url);

/** The absolute path of `tsc`. */
export async function compilerPath(): Promise<string> {
  const { default: getExePath } = (await import(wrapper.href)) as { default: () => string };
  return getExePath();
}

/** The root of the repository. */
export const repositoryRoot = fileURLToPath(new URL('../..', import.meta.url));
