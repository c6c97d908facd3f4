/** What the services of the made-up company list, one of them refused. */
import type { RemoteHostsView } from "../contract";
import { refusal } from "./host";

export const MOCK_REMOTE_HOSTS: RemoteHostsView = {
  hosts: [
    { service: "forward", name: "Risk warehouse", host: "risk-wh.internal", port: 5439 },
    { service: "rds", name: "orders", host: "orders.cuvgqr.eu-central-1.rds.amazonaws.com", port: 5432 },
    { service: "rds", name: "billing", host: "billing.cuvgqr.eu-central-1.rds.amazonaws.com", port: 3306 },
    {
      service: "elasticache",
      name: "sessions",
      host: "master.sessions.cuvgqr.eu-central-1.cache.amazonaws.com",
      port: 6379,
    },
    { service: "eks", name: "platform", host: "A1B2C3D4.gr7.eu-central-1.eks.amazonaws.com", port: 443 },
  ],
  refusals: [
    refusal("denied", "acme-prod may not call es:ListDomainNames.", "Ask whoever manages the AWS account to allow it."),
  ],
};
