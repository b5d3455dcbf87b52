/** Beside what a screen holds in no field, a picture or an emergency: no update begins it anew by itself (screens/update.ts). */
export const Held = () => <span hidden data-held />;
