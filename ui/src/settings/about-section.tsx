/** What this program is. */
import type { Drawing } from "../ipc/contract";
import { Card, Section } from "../kit/section";
import { useProgram } from "../program/program";
import icon from "../theme/icon.svg";
import { SettingRows } from "./setting";
import styles from "./settings.module.css";

export function AboutSection() {
  const { version, drawing, awsConfigPath, simulator } = useProgram();
  return (
    <Section title="About">
      <Card className={styles.about}>
        <img src={icon} width={72} height={72} alt="" />
        <div>
          <h2>Postern</h2>
          <p data-selectable>Version {version}. MIT or Apache 2.0.</p>
          <p>Shells and port forwards on your AWS nodes through Session Manager, over its own data channel.</p>
        </div>
      </Card>
      <SettingRows>
        <Fact name="AWS configuration" text={`${awsConfigPath}, read and never changed.`} />
        <Fact name="Network" text="Postern talks to AWS and to nothing else." />
        <Fact name="Drawing" text={DRAWING[drawing]} />
        {simulator !== null && <Fact name="Demo" text={`The simulated AWS answers on ${simulator}.`} />}
      </SettingRows>
    </Section>
  );
}

const DRAWING: Record<Drawing, string> = {
  card: "By the graphics card.",
  processor: "By the processor, without a graphics card.",
  system: "As the system's web view finds right.",
};

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
