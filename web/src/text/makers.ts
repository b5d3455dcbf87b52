/** Who makes the vaccines of a school clinic: MVX code and name, the same in both languages. */
export const MAKERS: readonly (readonly [string, string])[] = [
  ["SKB", "GSK"],
  ["MSD", "Merck"],
  ["PMC", "Sanofi"],
  ["PFR", "Pfizer"],
  ["SEQ", "Seqirus"],
  ["MED", "MedImmune"],
  ["MOD", "Moderna"],
  ["NVX", "Novavax"],
  ["DVX", "Dynavax"],
  ["MBL", "MassBiologics"],
];

export const nameOfMaker = (mvx: string): string | undefined => MAKERS.find(([code]) => code === mvx)?.[1];
