/** Parts of the page that are loaded when they are first shown. One that cannot be loaded says so and can be asked for again. */
import {
  Component,
  type ComponentType,
  type LazyExoticComponent,
  lazy,
  type ReactNode,
  Suspense,
  useState,
} from "react";
import { Button, Keys } from "../kit/button";
import { Dialog } from "../kit/dialog";
import styles from "./lazy-part.module.css";

type Load<Props> = () => Promise<{ default: ComponentType<Props> }>;

/** A part and how to load it. */
export interface Part<Props> {
  /** Names it where it cannot be loaded. */
  what: string;
  load: Load<Props>;
  /** Closes it, if it lies over the page. */
  close: (() => void) | null;
  /** Loads when it is first drawn; another one after a failure, which React keeps for good. */
  component: LazyExoticComponent<ComponentType<Props>>;
}

export function partOf<Props>(what: string, load: Load<Props>, close: (() => void) | null = null): Part<Props> {
  return { what, load, close, component: lazy(load) };
}

export function LazyPart<Props extends object>({ part, props }: { part: Part<Props>; props: Props }) {
  const [tried, setTried] = useState(0);
  const retry = () => {
    part.component = lazy(part.load);
    setTried(tried + 1);
  };
  const Component = part.component as ComponentType<Props>;
  return (
    <Guard key={tried} what={part.what} close={part.close} retry={retry}>
      <Suspense>
        <Component {...props} />
      </Suspense>
    </Guard>
  );
}

interface GuardProps {
  what: string;
  retry: () => void;
  close: (() => void) | null;
  children: ReactNode;
}

/** Stands in for a part that failed, while the rest of the page goes on. */
class Guard extends Component<GuardProps, { failed: boolean }> {
  override state = { failed: false };

  static getDerivedStateFromError() {
    return { failed: true };
  }

  override render() {
    const { what, retry, close, children } = this.props;
    if (!this.state.failed) return children;
    if (close !== null) return <FailedDialog what={what} retry={retry} close={close} />;
    return (
      <div className={styles.failed} role="alert" data-testid="part-failed">
        <p>{what} could not be loaded.</p>
        <Button onClick={retry}>Retry</Button>
      </div>
    );
  }
}

function FailedDialog({ what, retry, close }: { what: string; retry: () => void; close: () => void }) {
  return (
    <Dialog
      title={`${what} could not be loaded.`}
      onClose={close}
      testId="part-failed"
      actions={
        <>
          <Button look="ghost" size="lg" onClick={close}>
            Close <Keys keys={["Esc"]} />
          </Button>
          <Button look="primary" size="lg" onClick={retry}>
            Retry
          </Button>
        </>
      }
    />
  );
}
