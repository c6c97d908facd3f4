/** A small line of what went through in the last seconds. */
import { SECONDS } from "./traffic";

const WIDTH = 76;
const HEIGHT = 20;

export function Sparkline({ rates }: { rates: readonly number[] }) {
  if (rates.length < 2) return <svg width={WIDTH} height={HEIGHT} aria-hidden="true" />;
  const most = Math.max(...rates, 1);
  const step = (WIDTH - 2) / (SECONDS - 1);
  const left = WIDTH - 1 - step * (rates.length - 1);
  const points = rates.map((rate, at) => {
    const y = HEIGHT - 2 - (rate / most) * (HEIGHT - 5);
    return `${(left + at * step).toFixed(1)} ${y.toFixed(1)}`;
  });
  const line = `M${points.join("L")}`;
  return (
    <svg width={WIDTH} height={HEIGHT} viewBox={`0 0 ${WIDTH} ${HEIGHT}`} fill="none" aria-hidden="true">
      <path d={`${line}L${WIDTH - 1} ${HEIGHT}L${left.toFixed(1)} ${HEIGHT}Z`} fill="var(--accent-bg)" />
      <path d={line} stroke="var(--accent)" strokeWidth="1.3" strokeLinejoin="round" strokeLinecap="round" />
    </svg>
  );
}
