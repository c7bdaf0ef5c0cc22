// The three digits of an MMSI that say which state gave it (ITU-R M.585-9); as watchlist/flags.py.

const PREFIXES = [["00", 2], ["0", 1], ["111", 3], ["98", 2], ["99", 2], ["8", 1]];

/** The MID as a number; what has none gives the number at its place, which no state has. */
export function midOf(mmsi) {
  if (mmsi >= 200000000 && mmsi < 800000000) return Math.floor(mmsi / 1000000);
  const text = String(mmsi).padStart(9, "0");
  const [, skip] = PREFIXES.find(([prefix]) => text.startsWith(prefix)) ?? ["", 0];
  return Number(text.slice(skip, skip + 3));
}
