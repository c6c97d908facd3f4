/** Picks Regions, any number of them; one that is not in the list may be typed. */
import { type ReactNode, useMemo, useState } from "react";
import { CheckBox } from "../kit/controls";
import { PickList } from "../kit/pick-list";
import { figure } from "../kit/words";
import styles from "./fields.module.css";
import { REGIONS } from "./suggestions";

const ROW_HEIGHT = 30;
const CODE = /^[a-z]+(-[a-z]+)+-\d+$/;

interface RegionPickerProps {
  picked: ReadonlySet<string>;
  onPick: (picked: ReadonlySet<string>) => void;
  /** Those that cannot be picked. */
  taken?: ReadonlySet<string>;
  /** What is said of a Region at the end of its row. */
  note?: (code: string) => ReactNode;
  /** What is wrong with what is picked. */
  error?: string | null;
}

const NONE: ReadonlySet<string> = new Set();

interface RegionRow {
  code: string;
  place: string;
}

export function RegionPicker({ picked, onPick, taken = NONE, note, error = null }: RegionPickerProps) {
  const [sought, setSought] = useState("");
  const [first] = useState(picked);
  const rows = useMemo(() => matching(sought.trim().toLowerCase(), picked, first), [sought, picked, first]);
  const pick = (regions: readonly RegionRow[], on: boolean) => {
    const next = new Set(picked);
    for (const { code } of regions) {
      if (on) next.add(code);
      else next.delete(code);
    }
    onPick(next);
  };
  return (
    <div>
      <span className={styles.label}>Regions</span>
      <PickList
        label="Regions"
        items={rows}
        keyOf={({ code }) => code}
        rowHeight={ROW_HEIGHT}
        sought={sought}
        onSought={setSought}
        placeholder="Find a Region"
        count={`${figure(picked.size)} selected`}
        isPicked={({ code }) => picked.has(code)}
        isPickable={({ code }) => !taken.has(code)}
        pick={pick}
        all={sought === "" ? "All Regions" : "All that match"}
        none="No Region matches. A Region looks like eu-central-1."
        className={styles.regions}
        invalid={error !== null}
        testId="region"
      >
        {(region) => (
          <div
            className={styles.region}
            data-picked={picked.has(region.code) || undefined}
            data-region={region.code}
            data-testid="region-row"
          >
            <CheckBox
              label={region.code}
              checked={picked.has(region.code)}
              disabled={taken.has(region.code)}
              onChange={(on) => pick([region], on)}
              data-testid="region-pick"
            />
            {/* biome-ignore lint/a11y/noStaticElementInteractions: a wider target for the check box beside it */}
            {/* biome-ignore lint/a11y/useKeyWithClickEvents: the check box itself takes the keys */}
            <span
              className={styles.regionName}
              onClick={() => !taken.has(region.code) && pick([region], !picked.has(region.code))}
            >
              {region.code}
              <small>{region.place}</small>
            </span>
            {note !== undefined && <span className={styles.regionNote}>{note(region.code)}</span>}
          </div>
        )}
      </PickList>
      {error !== null && (
        <p className={styles.regionError} role="alert">
          {error}
        </p>
      )}
    </div>
  );
}

/** Those that were picked at first stand in front while nothing is sought, so that they are seen; no row moves while others are picked. */
function matching(sought: string, picked: ReadonlySet<string>, first: ReadonlySet<string>): RegionRow[] {
  const known = new Set(REGIONS.map(([code]) => code));
  const own = [...picked].filter((code) => !known.has(code)).map((code) => ({ code, place: "" }));
  const all = [...own, ...REGIONS.map(([code, place]) => ({ code, place }))];
  if (sought === "")
    return [...all.filter(({ code }) => first.has(code)), ...all.filter(({ code }) => !first.has(code))];
  const found = all.filter(({ code, place }) => code.includes(sought) || place.toLowerCase().includes(sought));
  return found.length === 0 && CODE.test(sought) ? [{ code: sought, place: "As you typed it" }] : found;
}
