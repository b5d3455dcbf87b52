/** The few drawings: each stands beside its word, never for it. */
const PATHS = {
  children:
    "M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7Zm-7 9c0-3.9 3.1-6.5 7-6.5s7 2.6 7 6.5M16 4.3a3.5 3.5 0 0 1 0 6.4M18.5 14c2.1.9 3.5 2.9 3.5 6",
  watch: "M12 21a8 8 0 1 0 0-16 8 8 0 0 0 0 16Zm0-12v4l3 2M9 2h6",
  outbox: "M12 15V4m0 0L8 8m4-4 4 4M4 14v5h16v-5",
  more: "M4 7h16M4 12h16M4 17h16",
  back: "M15 5l-7 7 7 7",
  next: "M9 5l7 7-7 7",
  alarm: "M12 3 2 20h20L12 3Zm0 6v5m0 3v.01",
  check: "M4 12.5 9.5 18 20 6.5",
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name, size = 24 }: { readonly name: IconName; readonly size?: number }) {
  return (
    <svg class="icon" width={size} height={size} viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path d={PATHS[name]} />
    </svg>
  );
}
