/** The mark of Postern. */

/** The gate of the logo, in the title bar. */
export function LogoMark() {
  return (
    <svg width="18" height="18" viewBox="0 0 18 18" fill="none" aria-hidden="true">
      <path d="M3 16.2V8.800a6 6 0 0 1 12 0v7.400" stroke="currentColor" strokeWidth="1.9" strokeLinecap="round" />
      <rect x="8" y="7.300" width="3" height="9.200" rx=".9" fill="var(--lamp)" />
    </svg>
  );
}
