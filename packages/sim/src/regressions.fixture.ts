/** Seeds that have found a mistake, and what it was: each is run again by a test, and must break nothing. */
export const REGRESSIONS: readonly { readonly seed: number; readonly found: string }[] = [
  { seed: 15, found: 'a write that was under way when its grid was closed failed as if it were not done' },
  { seed: 78, found: 'a client whose host lost its power before it said welcome waited for that for ever' },
  { seed: 249, found: 'a grid that was opened then waited for ever too' },
  { seed: 282, found: 'the same after cuts that the client did not hear of' },
  {
    seed: 551,
    found: 'a refusal (KEY_EXISTS) was given out before what it had seen was committed, which a crash then took away',
  },
  {
    seed: 43,
    found: 'a write with an idempotency id whose timeout ended its wait for the disk said that nothing was done',
  },
  {
    seed: 140,
    found:
      'a write with an id that was asked again of a restarted host, after its timeout, said that nothing was done, which was so only of the second time',
  },
  {
    seed: 170,
    found:
      'a member of a group that was given other partitions while it waited for older records passed over those that came, or was told that they are gone',
  },
  {
    seed: 527,
    found:
      'a session that was to end when it was given a job to hold waited for the end of that with all that was asked, for as long as its worker was given the next',
  },
];
