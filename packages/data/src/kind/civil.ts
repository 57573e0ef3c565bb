/**
 * Days since 1970-01-01 ↔ year, month, day in the proleptic Gregorian calendar. The algorithms are Howard Hinnant's
 * (chrono-Compatible Low-Level Date Algorithms, `days_from_civil` and `civil_from_days`): eras of 400 years = 146,097
 * days, years that begin in March so that the leap day comes last. Integers only, no table, no Date.
 */
export const DAYS_MIN = -719_162; // 0001-01-01
export const DAYS_MAX = 2_932_896; // 9999-12-31

const DAYS_PER_ERA = 146_097;
/** 0000-03-01 to 1970-01-01. */
const EPOCH_SHIFT = 719_468;

/** `year` 0–9999, `month` 1–12, `day` 1–31: days since 1970-01-01. */
export function daysOfCivil(year: number, month: number, day: number): number {
  const y = month <= 2 ? year - 1 : year;
  const era = Math.floor(y / 400);
  const yearOfEra = y - era * 400;
  const monthFromMarch = month > 2 ? month - 3 : month + 9;
  const dayOfYear = (((153 * monthFromMarch + 2) / 5) | 0) + day - 1;
  const dayOfEra = yearOfEra * 365 + ((yearOfEra / 4) | 0) - ((yearOfEra / 100) | 0) + dayOfYear;
  return era * DAYS_PER_ERA + dayOfEra - EPOCH_SHIFT;
}

/** The date as one integer, `year * 10000 + month * 100 + day`, so that nothing is allocated. */
export function civilOfDays(days: number): number {
  const z = days + EPOCH_SHIFT;
  const era = Math.floor(z / DAYS_PER_ERA);
  const dayOfEra = z - era * DAYS_PER_ERA;
  const leapDays = ((dayOfEra / 1460) | 0) - ((dayOfEra / 36524) | 0) + ((dayOfEra / 146096) | 0);
  const yearOfEra = ((dayOfEra - leapDays) / 365) | 0;
  const dayOfYear = dayOfEra - (365 * yearOfEra + ((yearOfEra / 4) | 0) - ((yearOfEra / 100) | 0));
  const monthFromMarch = ((5 * dayOfYear + 2) / 153) | 0;
  const day = dayOfYear - (((153 * monthFromMarch + 2) / 5) | 0) + 1;
  const month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9;
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
  return year * 10_000 + month * 100 + day;
}

/** `month` 1–12. */
export function daysInMonth(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}
