/** Where the services of a pair are dialled: folded until one is set or somebody looks. */
import { ChevronDown, ChevronRight } from "lucide-react";
import { useId, useState } from "react";
import type { Form } from "../forms/use-form";
import type { EndpointsView } from "../ipc/contract";
import { Button } from "../kit/button";
import { LabelledText } from "../kit/labelled";
import styles from "./accounts.module.css";

export const NO_ENDPOINTS: EndpointsView = { ssmmessages: "", ssm: "", ec2: "", kms: "", sts: "" };

/** In the order in which people need them; each with the example of an endpoint in a VPC. */
const SERVICES = [
  { name: "ssmmessages", label: "Sessions (ssmmessages)" },
  { name: "ssm", label: "Systems Manager (ssm)" },
  { name: "ec2", label: "EC2 (ec2)" },
  { name: "kms", label: "KMS (kms)" },
  { name: "sts", label: "STS (sts)" },
] as const;

export function EndpointFields({ form }: { form: Pick<Form<EndpointsView>, "text" | "under"> }) {
  const fields = SERVICES.map((service) => ({ ...service, ...form.text(service.name) }));
  const needed = fields.some((field) => field.error !== null);
  const [opened, setOpened] = useState(() => fields.some((field) => field.value !== ""));
  const id = useId();
  const open = opened || needed;
  return (
    <div className={styles.endpoints}>
      <Button
        look="ghost"
        icon={open ? <ChevronDown size={14} /> : <ChevronRight size={14} />}
        aria-expanded={open}
        aria-controls={id}
        onClick={() => setOpened(!open)}
        data-testid="pair-endpoints"
      >
        Endpoints
      </Button>
      {open && (
        <div id={id} className={styles.endpointFields}>
          <p className={styles.quiet}>
            For interface endpoints of a VPC without private DNS. Empty fields leave a service at AWS's own host.
          </p>
          {fields.map(({ name, label, value, onText, error }) => (
            <LabelledText
              key={name}
              label={label}
              value={value}
              onText={onText}
              error={error}
              mono
              placeholder={`vpce-….${name}.….vpce.amazonaws.com`}
              data-testid={`pair-endpoint-${name}`}
            />
          ))}
        </div>
      )}
    </div>
  );
}
