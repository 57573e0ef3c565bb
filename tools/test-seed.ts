/**
 * The seed of all property tests: fixed, so that a run can be repeated anywhere and a failure is always the change's own.
 * `WEFT_SEED=random` draws another, `WEFT_SEED=<number>` sets it; a failure prints the seed it had.
 */
import fc from 'fast-check';

const wish = process.env['WEFT_SEED'];
if (wish !== 'random')
  fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: wish === undefined ? 20_261_122 : Number(wish) });
