// What answers to an instrument come to: the same as `weiguang/assessment/engine/evaluating.py`, by
// the same expressions. Shared vectors in `contracts/instruments` hold the two together; what the
// server finds is what counts.
import { parse } from "@marcbachmann/cel-js";

export type Value = string | number | string[];
export type Answers = Record<string, Value>;

interface Item {
  name: string;
  kind: "single" | "several" | "number" | "range" | "date" | "text";
  unit: number;
  relevant: string[];
  required: string;
  score: string;
  points: Record<string, number | null>;
}

export interface Instrument {
  code: string;
  version: string;
  adds_up: boolean;
  order: string[];
  items: Item[];
  screens: { code: string; when: string; level: string }[];
  bands: { code: string; level: string; low: number | null; below: number | null }[];
}

export interface Outcome {
  relevant: string[];
  missing: string[];
  points: Record<string, number>;
  total: number | null;
  screens: string[];
  band: string;
  level: string;
}

// CEL tells whole numbers from others; JavaScript's own numbers would be the others.
type Seen = string | bigint | string[];
type Context = Record<string, Seen>;
const programs = new Map<string, ReturnType<typeof parse>>();

/** What these answers come to for a child of this age; no answer is changed. */
export function evaluate(instrument: Instrument, answers: Answers, age: number): Outcome {
  const answered: string[] = [];
  const context: Context = { age: BigInt(age), answered };
  for (const item of instrument.items) context[item.name] = nothingSaid(item);
  const byName = new Map(instrument.items.map((item) => [item.name, item]));
  const shown = new Set<string>();
  for (const name of instrument.order) {
    const item = byName.get(name) as Item;
    // What cannot be told hides nothing.
    if (!item.relevant.every((text) => holds(text, context, true))) continue;
    shown.add(name);
    const value = answers[name];
    if (value === undefined || value === "" || (Array.isArray(value) && !value.length)) continue;
    context[name] = typeof value === "number" ? BigInt(value) : value;
    answered.push(name);
  }
  const outcome: Outcome = {
    relevant: instrument.items.map((item) => item.name).filter((name) => shown.has(name)),
    missing: [],
    points: {},
    total: null,
    screens: instrument.screens.filter((each) => holds(each.when, context, false)).map((each) => each.code),
    band: "",
    level: "",
  };
  for (const item of instrument.items) {
    if (!shown.has(item.name)) continue;
    if (answered.includes(item.name)) {
      const counted = points(item, context);
      if (counted !== null) outcome.points[item.name] = counted;
    } else if (item.required && holds(item.required, context, false)) {
      outcome.missing.push(item.name);
    }
  }
  return judged(instrument, outcome);
}

function judged(instrument: Instrument, outcome: Outcome): Outcome {
  const hit = instrument.screens.find((each) => each.code === outcome.screens[0]);
  if (hit) return { ...outcome, level: hit.level };
  if (!instrument.adds_up) return outcome;
  const total = Object.values(outcome.points).reduce((sum, each) => sum + each, 0);
  const band = instrument.bands.find(
    (each) => (each.low === null || each.low <= total) && (each.below === null || total < each.below),
  );
  return { ...outcome, total, band: band?.code ?? "", level: band?.level ?? "" };
}

function nothingSaid(item: Item): Seen {
  if (item.kind === "several") return [];
  return item.kind === "number" || item.kind === "range" ? 0n : "";
}

function points(item: Item, context: Context): number | null {
  if (item.score) {
    const found = value(item.score, context);
    return typeof found === "bigint" ? Number(found) : 0;
  }
  const said = context[item.name] as Seen;
  const chosen = Array.isArray(said) ? said : [String(said)];
  const known = chosen.map((code) => item.points[code]).filter((each) => typeof each === "number");
  return known.length ? known.reduce((sum, each) => sum + each, 0) : null;
}

function holds(text: string, context: Context, otherwise: boolean): boolean {
  const found = value(text, context);
  return typeof found === "boolean" ? found : otherwise;
}

function value(text: string, context: Context): unknown {
  try {
    let program = programs.get(text);
    if (!program) programs.set(text, (program = parse(text)));
    return program(context);
  } catch {
    return null;
  }
}
