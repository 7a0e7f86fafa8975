// The page of an assessment: skips, asks and adds up while it is filled in, and keeps the draft.
// Without this script every question stands there and the server does the same when it is sent.
import { type Answers, evaluate, type Instrument } from "./instrument";

const PREFIX = "a-";
const SAVE_AFTER = 8_000;

/** Bring one form to life. */
export function bring(form: HTMLFormElement): void {
  const instrument = JSON.parse(form.dataset.instrument ?? "") as Instrument;
  const age = Number(form.dataset.age);
  const show = (): void => shown(form, instrument, age);
  form.addEventListener("input", show);
  form.addEventListener("change", show);
  show();
  if (form.dataset.save) keep(form, form.dataset.save);
}

function answers(form: HTMLFormElement, instrument: Instrument): Answers {
  const sent = new FormData(form);
  const found: Answers = {};
  for (const item of instrument.items) {
    const texts = sent.getAll(PREFIX + item.name).map((each) => String(each).trim()).filter(Boolean);
    const text = texts[0];
    if (text === undefined) continue;
    if (item.kind === "several") found[item.name] = texts;
    else if (item.kind === "number" || item.kind === "range") {
      const value = Math.round(Number(text) * item.unit);
      if (Number.isSafeInteger(value)) found[item.name] = value;
    } else found[item.name] = text;
  }
  return found;
}

function shown(form: HTMLFormElement, instrument: Instrument, age: number): void {
  const outcome = evaluate(instrument, answers(form, instrument), age);
  for (const field of form.querySelectorAll<HTMLElement>("[data-item]")) {
    field.hidden = !outcome.relevant.includes(field.dataset.item ?? "");
  }
  for (const part of form.querySelectorAll<HTMLElement>("[data-part]")) {
    part.hidden = !part.querySelector("[data-item]:not([hidden])");
  }
  const live = form.querySelector<HTMLElement>("[data-live]");
  if (!live) return;
  live.hidden = false;
  each(live, "[data-screen]", (one) => (one.hidden = !outcome.screens.includes(one.dataset.screen ?? "")));
  each(live, "[data-band]", (one) => (one.hidden = one.dataset.band !== outcome.band));
  each(live, "[data-total]", (one) => (one.hidden = outcome.total === null));
  each(live, "[data-points]", (one) => (one.textContent = points(outcome.total ?? 0)));
  each(live, "[data-left]", (one) => (one.hidden = !outcome.missing.length));
  each(live, "[data-count]", (one) => (one.textContent = String(outcome.missing.length)));
}

function each(inside: HTMLElement, which: string, change: (one: HTMLElement) => void): void {
  inside.querySelectorAll<HTMLElement>(which).forEach(change);
}

/** Hundredths as people write them. */
function points(hundredths: number): string {
  return String(Math.round(hundredths) / 100);
}

// The draft is sent when nothing was touched for a while, and when the page is left behind; never
// two at once, so that one window never stands in its own way.
function keep(form: HTMLFormElement, address: string): void {
  let timer = 0;
  let isDirty = false;
  let isSending = false;
  let isOver = false;
  const told = form.querySelector<HTMLElement>("[data-told]");

  const send = async (): Promise<void> => {
    if (!isDirty || isSending || isOver) return;
    isDirty = false;
    isSending = true;
    try {
      const answer = await fetch(address, { method: "POST", body: new FormData(form), keepalive: true });
      const said = (await answer.json()) as { seen?: number; told?: string };
      const seen = form.elements.namedItem("seen");
      if (said.seen !== undefined && seen instanceof HTMLInputElement) seen.value = String(said.seen);
      // Another window went on with this draft: this one must not lay its own over it.
      if (answer.status === 409) isOver = true;
      if (told) told.textContent = said.told ?? "";
    } catch {
      isDirty = true; // no contact: tried again with the next touch, and what is typed stays
    } finally {
      isSending = false;
    }
  };
  form.addEventListener("input", () => {
    isDirty = true;
    window.clearTimeout(timer);
    timer = window.setTimeout(() => void send(), SAVE_AFTER);
  });
  form.addEventListener("submit", () => {
    isOver = true;
    window.clearTimeout(timer);
  });
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") void send();
  });
}
