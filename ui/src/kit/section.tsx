/** A section of a page: its title with tools beside it, and cards below. */
import type { ComponentProps, ReactNode, Ref } from "react";
import styles from "./section.module.css";

interface SectionProps {
  title: string;
  /** Said beside the title, quieter. */
  note?: ReactNode;
  /** Buttons at the end of the title's line. */
  tools?: ReactNode;
  /** What scrolls. */
  bodyRef?: Ref<HTMLDivElement>;
  children: ReactNode;
}

export function Section({ title, note, tools, bodyRef, children }: SectionProps) {
  return (
    <>
      <header className={styles.head}>
        <h1>{title}</h1>
        {tools !== undefined && <span className={styles.note}>{note}</span>}
        {tools}
      </header>
      <div ref={bodyRef} className={styles.body}>
        {children}
      </div>
    </>
  );
}

export function Card({ className, ...rest }: ComponentProps<"div">) {
  return <div className={[styles.card, className].filter(Boolean).join(" ")} {...rest} />;
}
