import { WeftError } from '@weft/base';

/** The answer to new work while a host drains. Clients keep such a call until there is a host again. */
export function hostStopping(): WeftError<'HOST_STOPPING'> {
  return new WeftError('HOST_STOPPING', 'The host is stopping and takes no new calls.');
}
