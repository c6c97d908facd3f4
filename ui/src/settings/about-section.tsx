/** What this program is. */

import { useProgram } from "../state/settings";
import icon from "../theme/icon.svg";
import styles from "./settings.module.css";

export function AboutSection() {
  const { version, awsConfigPath, simulator } = useProgram();
  return (
    <>
      <header className={styles.head}>
        <h1>About</h1>
      </header>
      <div className={styles.body}>
        <div className={`${styles.card} ${styles.about}`}>
          <img src={icon} width={72} height={72} alt="" />
          <div>
            <h2>Postern</h2>
            <p data-selectable>Version {version}. MIT or Apache 2.0.</p>
            <p>Shells on your AWS nodes through Session Manager, over its own data channel.</p>
          </div>
        </div>
        <div className={`${styles.card} ${styles.rows}`}>
          <Fact name="AWS configuration" text={`${awsConfigPath}, read and never changed.`} />
          <Fact name="Network" text="Postern talks to AWS and to nothing else." />
          {simulator !== null && <Fact name="Demo" text={`The simulated AWS answers on ${simulator}.`} />}
        </div>
      </div>
    </>
  );
}

function Fact({ name, text }: { name: string; text: string }) {
  return (
    <div className={styles.row}>
      <div className={styles.words} data-selectable>
        <b>{name}</b>
        <span>{text}</span>
      </div>
    </div>
  );
}
