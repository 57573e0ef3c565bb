import { accessSync, constants } from 'node:fs';

const SHELL = '/bin/sh';
/** Says to the program behind it that the shell stands in front already. */
const MARK = 'WEFT_REAPED';

/**
 * As process 1 of a container a program inherits every process whose parent dies, and must wait for their ends, or they stay as zombies. Node waits for its own
 * children only. A shell waits for all; so as process 1 this process becomes a shell that starts the same program again and passes signals on. Returns where it is not
 * process 1, or where there is no shell: then orphans stay, as they would under any Node.
 */
export function becomeReaper(): void {
  const { execve } = process as { execve?: (file: string, args: readonly string[], env: NodeJS.ProcessEnv) => never };
  if (process.pid !== 1 || process.env[MARK] !== undefined || execve === undefined || !hasShell()) return;
  const line = [process.execPath, ...process.execArgv, ...process.argv.slice(1)];
  execve.call(process, SHELL, ['sh', '-c', REAPER, 'weft', ...line], { ...process.env, [MARK]: '1' });
}

/** `wait` returns early, with more than 128, where a signal came; the program is over once there is no such process. */
const REAPER = `
"$@" &
child=$!
for name in TERM INT HUP; do trap "kill -$name $child 2>/dev/null" "$name"; done
while :; do
  wait "$child"
  code=$?
  kill -0 "$child" 2>/dev/null || exit "$code"
done
`;

function hasShell(): boolean {
  try {
    accessSync(SHELL, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
