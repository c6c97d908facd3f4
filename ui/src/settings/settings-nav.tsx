/** The settings' own navigation: the pages in groups, and a field that finds a page by what is on it. */
import { Cloud, Info, Network, RefreshCw, Search, SlidersHorizontal, SquareTerminal } from "lucide-react";
import { type ReactNode, useState } from "react";
import { TextField } from "../kit/controls";
import { frame, type SettingsSection, useFrame } from "../window/frame";
import styles from "./settings.module.css";

interface PageEntry {
  section: SettingsSection;
  icon: ReactNode;
  label: string;
  /** What is on the page, for the search. */
  holds: string;
}

const GROUPS: readonly { heading: string | null; pages: readonly PageEntry[] }[] = [
  {
    heading: null,
    pages: [
      {
        section: "general",
        icon: <SlidersHorizontal size={15} />,
        label: "General",
        holds: "theme default profile default region demo appearance",
      },
      {
        section: "terminal",
        icon: <SquareTerminal size={15} />,
        label: "Terminal",
        holds: "font size scrollback ask before an idle shell is terminated",
      },
    ],
  },
  {
    heading: "Connections",
    pages: [
      {
        section: "accounts",
        icon: <Cloud size={15} />,
        label: "AWS accounts",
        holds: "profiles regions pairs sign-in identity center access keys endpoints",
      },
      {
        section: "sync",
        icon: <RefreshCw size={15} />,
        label: "Sync",
        holds: "sync the fleet repeat only running instances",
      },
      {
        section: "network",
        icon: <Network size={15} />,
        label: "Network",
        holds: "proxy password certificates ca bundle",
      },
    ],
  },
  {
    heading: "Postern",
    pages: [
      {
        section: "about",
        icon: <Info size={15} />,
        label: "About",
        holds: "version drawing aws configuration network",
      },
    ],
  },
];

/** Whether each word that is sought begins a word of the page's. */
function isFound(page: PageEntry, sought: string): boolean {
  const words = `${page.label} ${page.holds}`.toLowerCase().split(/[\s-]+/);
  const parts = sought.toLowerCase().split(/\s+/).filter(Boolean);
  return parts.every((part) => words.some((word) => word.startsWith(part)));
}

export function SettingsNav() {
  const [sought, setSought] = useState("");
  const groups = GROUPS.map(({ heading, pages }) => ({
    heading,
    pages: pages.filter((page) => isFound(page, sought)),
  }));
  const [first] = groups.flatMap(({ pages }) => pages);
  return (
    <nav className={styles.nav} data-area="sidebar" data-settings aria-label="Settings">
      <h2>Settings</h2>
      <div className={styles.find}>
        <TextField
          value={sought}
          onText={setSought}
          icon={<Search size={13} />}
          placeholder="Find a setting"
          aria-label="Find a setting"
          data-testid="settings-find"
          onKeyDown={(event) => {
            if (event.nativeEvent.isComposing) return;
            if (event.key === "Enter" && first !== undefined) frame.show("settings", first.section);
            else if (event.key === "Escape" && sought !== "") setSought("");
            else return;
            event.preventDefault();
            event.stopPropagation();
          }}
        />
      </div>
      {groups.map(({ heading, pages }) => (
        <NavGroup key={heading} heading={heading} pages={pages} />
      ))}
      {first === undefined && <p className={styles.notFound}>No setting matches.</p>}
    </nav>
  );
}

function NavGroup({ heading, pages }: { heading: string | null; pages: readonly PageEntry[] }) {
  if (pages.length === 0) return null;
  return (
    <>
      {heading !== null && <h3>{heading}</h3>}
      {pages.map((page) => (
        <NavLink key={page.section} page={page} />
      ))}
    </>
  );
}

function NavLink({ page: { section, icon, label } }: { page: PageEntry }) {
  const current = useFrame((now) => now.section === section);
  return (
    <button
      type="button"
      className={styles.link}
      aria-current={current ? "page" : undefined}
      onClick={() => frame.show("settings", section)}
      data-testid={`settings-${section}`}
      data-area-focus={current || undefined}
    >
      {icon}
      {label}
    </button>
  );
}
