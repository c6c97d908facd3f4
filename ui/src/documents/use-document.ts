/** What a dialog knows of Session documents: the list to choose from, and the form of the one that is chosen. */
import { useEffect, useMemo, useState } from "react";
import type { DocumentSummaryView, ParameterView, SessionDocumentView } from "../ipc/contract";
import {
  type Asked,
  askDocument,
  askDocuments,
  documentKey,
  listKey,
  NOT_ASKED,
  type ProfileAndRegion,
  recall,
  useDocuments,
} from "./documents";
import {
  type FormField,
  type FormValues,
  type FreeRow,
  fieldsOf,
  parametersOf,
  parametersOfRows,
  problemsOf,
  rowsOf,
  startValues,
  unknownParameters,
} from "./parameter-form";

/** While a name is being typed AWS is not asked for each part of it. */
export const TYPING_MS = 700;

export interface DocumentList extends Asked<readonly DocumentSummaryView[]> {
  retry: () => void;
}

/** The documents of a profile and Region, asked for once `wanted`; what is known from before is there at once. */
export function useDocumentList({ profile, region }: ProfileAndRegion, wanted: boolean): DocumentList {
  const key = listKey({ profile, region });
  const rested = useDebounced(key, TYPING_MS) === key;
  const asked = useDocuments((now) => now.lists.get(key)) ?? NOT_ASKED;
  useEffect(() => {
    if (wanted && rested) void askDocuments({ profile, region });
  }, [wanted, rested, profile, region]);
  return { ...asked, retry: () => void askDocuments({ profile, region }) };
}

export interface DocumentForm {
  /** The document's name; empty while none is chosen. */
  name: string;
  document: SessionDocumentView | null;
  /** Why the document could not be described; its parameters are then given by name. */
  error: Asked<SessionDocumentView>["error"];
  /** Nothing is known of the document yet. */
  waiting: boolean;
  retry: () => void;
  fields: readonly FormField[];
  values: FormValues;
  give: (name: string, values: readonly string[]) => void;
  rows: readonly FreeRow[];
  setRows: (rows: readonly FreeRow[]) => void;
  /** Parameters that were given before and that the document does not have. */
  unknown: readonly string[];
  problems: ReadonlyMap<string, string>;
  /** Whether something was filled in. */
  changed: boolean;
  /** Whether somebody tried to go on, so that what is missing is said too. */
  tried: boolean;
  /** The parameters as they are filled in; null while something is wrong, which is shown from then on. */
  finish: () => readonly ParameterView[] | null;
}

export interface Before {
  document: string;
  parameters: readonly ParameterView[];
}

interface DocumentFormOptions {
  /** How long name, profile and Region have to rest before AWS is asked; 0 where they are chosen and not typed. */
  debounceMs: number;
  /** What the connection gives the document already. */
  before?: Before;
}

/** The form of a document, beginning with what was given before: by this connection, else by the last run. */
export function useDocumentForm(
  { profile, region }: ProfileAndRegion,
  name: string,
  options: DocumentFormOptions,
): DocumentForm {
  const { debounceMs, before = null } = options;
  const [form, setForm] = useState(() => begin(name, before));
  // Another document begins another form; what React calls adjusting state to a changed property.
  if (form.name !== name) setForm(begin(name, before));
  const key = documentKey({ profile, region }, name);
  const rested = useDebounced(key, debounceMs) === key;
  const asked = useDocuments((now) => now.described.get(key)) ?? NOT_ASKED;
  useEffect(() => {
    if (name !== "" && rested) void askDocument({ profile, region }, name);
  }, [name, rested, profile, region]);

  const document = name === "" ? null : asked.value;
  const fields = useMemo(() => fieldsOf(document?.parameters ?? []), [document]);
  const given = useMemo(() => parametersOfRows(form.rows), [form.rows]);
  const values = useMemo(() => ({ ...startValues(fields, given), ...form.own }), [fields, given, form.own]);
  const problems = useMemo(() => problemsOf(fields, values), [fields, values]);
  const finish = () => {
    setForm((now) => ({ ...now, tried: true }));
    if (name === "") return [];
    if (document === null) return given;
    return problems.size > 0 ? null : parametersOf(fields, values);
  };
  return {
    name,
    document,
    error: document === null ? asked.error : null,
    waiting: name !== "" && document === null && asked.error === null,
    retry: () => void askDocument({ profile, region }, name),
    fields,
    values,
    give: (parameter, list) => setForm((now) => ({ ...now, touched: true, own: { ...now.own, [parameter]: list } })),
    rows: form.rows,
    setRows: (rows) => setForm((now) => ({ ...now, touched: true, rows })),
    unknown: document === null ? [] : unknownParameters(fields, given),
    problems,
    changed: form.touched,
    tried: form.tried,
    finish,
  };
}

/** What somebody filled in for one document. */
interface FilledIn {
  name: string;
  rows: readonly FreeRow[];
  own: FormValues;
  touched: boolean;
  tried: boolean;
}

function begin(name: string, before: Before | null): FilledIn {
  const parameters = before?.document === name ? before.parameters : recall(name);
  return { name, rows: rowsOf(parameters), own: {}, touched: false, tried: false };
}

/** The value once it has not changed for so long; the first one at once. */
function useDebounced(value: string, ms: number): string {
  const [debounced, setDebounced] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setDebounced(value), ms);
    return () => clearTimeout(timer);
  }, [value, ms]);
  return ms === 0 ? value : debounced;
}
