/** Pictures of a child's papers: listed with the record, opened one by one; each look is on record. */
import { useState } from "preact/hooks";
import { Button, Notice } from "../../components/parts";
import { day, type Key, t, word } from "../../text/words";
import type { PictureRow } from "./asking";

export function Pictures({
  student,
  pictures,
}: {
  readonly student: string;
  readonly pictures: readonly PictureRow[];
}) {
  if (pictures.length === 0) return null;
  return (
    <section aria-labelledby="pictures">
      <h2 id="pictures">{t("desk_pictures")}</h2>
      <p class="hint">{t("desk_pictures_lead")}</p>
      <ul class="list">
        {pictures.map((one) => (
          <PictureOf key={one.photo} student={student} picture={one} />
        ))}
      </ul>
    </section>
  );
}

const PAPERS: Readonly<Record<string, Key>> = { "disclosure.consented": "desk_picture_sharing" };

function PictureOf({ student, picture }: { readonly student: string; readonly picture: PictureRow }) {
  const [isOpen, setOpen] = useState(false);
  const [failed, setFailed] = useState(false);
  const words = picture.kind === "" ? t(PAPERS[picture.type] ?? "desk_picture_consent") : word("kind", picture.kind);
  return (
    <li class="dose">
      <span class="who">
        <strong>{words}</strong>
        <small>{day(picture.on)}</small>
        {failed ? <Notice tone="warn">{t("desk_picture_missing")}</Notice> : null}
        {isOpen && !failed ? (
          <div class="picture">
            <img
              src={`/api/students/${student}/photos/${picture.photo}`}
              alt={t("desk_picture_alt", { what: words, day: day(picture.on) })}
              onError={() => setFailed(true)}
            />
          </div>
        ) : null}
        {isOpen && !failed ? null : (
          <Button
            kind="quiet"
            onClick={() => {
              setFailed(false);
              setOpen(true);
            }}
          >
            {t("desk_picture_open")}
          </Button>
        )}
      </span>
    </li>
  );
}
