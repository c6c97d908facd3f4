/** The accounts that a sign-in opens, and the roles of each: read one after another, some at a time. */
import { useCallback, useEffect, useRef, useState } from "react";
import { client, errorView } from "../ipc/client";
import type { CenterAccountView, ErrorView } from "../ipc/contract";

/** Identity Center slows down whoever asks for more. */
const AT_ONCE = 6;

/** What is known of an account's roles. */
export type RolesOf = { kind: "read"; roles: readonly string[] } | { kind: "failed"; error: ErrorView };

export interface CenterAccounts {
  /** Null while they are being read. */
  accounts: readonly CenterAccountView[] | null;
  failure: ErrorView | null;
  /** Of those accounts that were read, or could not be. */
  roles: ReadonlyMap<string, RolesOf>;
  retryAll: () => void;
  retry: (account: string) => void;
}

export function useCenterAccounts(key: string): CenterAccounts {
  const [accounts, setAccounts] = useState<readonly CenterAccountView[] | null>(null);
  const [failure, setFailure] = useState<ErrorView | null>(null);
  const [roles, setRoles] = useState<ReadonlyMap<string, RolesOf>>(new Map());
  const left = useLeft();
  const readRoles = useCallback(
    async (account: string) => {
      const known = await rolesIn(key, account);
      if (!left.current) setRoles((before) => new Map(before).set(account, known));
    },
    [key, left],
  );
  const readAll = useCallback(async () => {
    setFailure(null);
    try {
      const found = await client.centerAccounts(key);
      if (left.current) return;
      setAccounts(found);
      await someAtATime(
        found.map(({ id }) => id),
        readRoles,
        () => left.current,
      );
    } catch (thrown) {
      setFailure(errorView(thrown));
    }
  }, [key, left, readRoles]);
  useEffect(() => void readAll(), [readAll]);
  return {
    accounts,
    failure,
    roles,
    retryAll: () => void readAll(),
    retry: (account) => {
      setRoles((before) => new Map([...before].filter(([id]) => id !== account)));
      void readRoles(account);
    },
  };
}

/** Whether nobody looks any more. */
function useLeft() {
  const left = useRef(false);
  useEffect(() => {
    left.current = false;
    return () => {
      left.current = true;
    };
  }, []);
  return left;
}

async function rolesIn(key: string, account: string): Promise<RolesOf> {
  try {
    return { kind: "read", roles: await client.centerRoles(key, account) };
  } catch (thrown) {
    return { kind: "failed", error: errorView(thrown) };
  }
}

async function someAtATime(accounts: readonly string[], read: (id: string) => Promise<void>, isOver: () => boolean) {
  const rest = [...accounts];
  const work = async () => {
    for (let next = rest.shift(); next !== undefined && !isOver(); next = rest.shift()) await read(next);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
}
