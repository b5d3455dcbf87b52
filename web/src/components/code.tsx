/** A text as a code that any phone's camera reads: dark on light whatever the screen's colours are, so that it prints too. */
import { useMemo } from "preact/hooks";
import { qrOf } from "../scan/qr";

const QUIET = 4;

export function Code({ text, label }: { readonly text: string; readonly label: string }) {
  const { path, size } = useMemo(() => drawn(text), [text]);
  return (
    <svg class="code" viewBox={`0 0 ${size} ${size}`} role="img" aria-label={label} shape-rendering="crispEdges">
      <rect width={size} height={size} fill="#fff" />
      <path d={path} fill="#000" />
    </svg>
  );
}

/** One path of unit squares, in a margin of four. */
function drawn(text: string): { readonly path: string; readonly size: number } {
  const rows = qrOf(text);
  const squares = rows.flatMap((row, y) =>
    row.flatMap((dark, x) => (dark ? [`M${x + QUIET} ${y + QUIET}h1v1h-1z`] : [])),
  );
  return { path: squares.join(""), size: rows.length + 2 * QUIET };
}
