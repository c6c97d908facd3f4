/** The gate behind the first run: the one drawing of the interface. */
import styles from "./first-run.module.css";

/** Centre and radii of the arch in the drawing's 1440 by 836. */
const CENTRE = { x: 720, y: 544 };
const RINGS = [
  { radius: 508, opacity: 0.13 },
  { radius: 560, opacity: 0.08 },
  { radius: 612, opacity: 0.055 },
  { radius: 664, opacity: 0.035 },
];
const STONES = 15;

export function Arch() {
  return (
    <div className={styles.drawing}>
      <svg className={styles.arch} width="1440" height="836" viewBox="0 0 1440 836" fill="none" aria-hidden="true">
        <path d={`${outline(508)}Z`} fill="var(--bg-content)" />
        {RINGS.map(({ radius, opacity }) => (
          <path key={radius} d={outline(radius)} stroke="var(--text)" strokeOpacity={opacity} strokeWidth="1.25" />
        ))}
        {Array.from({ length: STONES }, (_, index) => joint(index)).map((line) => (
          <path key={line} d={line} stroke="var(--text)" strokeOpacity="0.07" strokeWidth="1.25" />
        ))}
      </svg>
      <div className={styles.rest} />
    </div>
  );
}

function outline(radius: number): string {
  const [left, right] = [CENTRE.x - radius, CENTRE.x + radius];
  return `M${left} 836V${CENTRE.y}A${radius} ${radius} 0 0 1 ${right} ${CENTRE.y}V836`;
}

/** A joint between two stones, from the inner ring to the next. */
function joint(index: number): string {
  const angle = (Math.PI * (12 + (156 / (STONES - 1)) * index)) / 180;
  const point = (radius: number) => {
    const x = CENTRE.x + radius * Math.cos(angle);
    const y = CENTRE.y - radius * Math.sin(angle);
    return `${x.toFixed(1)} ${y.toFixed(1)}`;
  };
  return `M${point(508)}L${point(560)}`;
}
