// Evaluates vectors with the browser's engine: reads [{instrument, cases}] and prints the outcomes.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";

import ts from "typescript";

const source = readFileSync("weiguang/web/assets/instrument.ts", "utf8");
const options = { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022 };
// Under the root of the repository, where imports find its packages.
mkdirSync("build", { recursive: true });
const built = resolve(`build/instrument-${process.pid}.mjs`);
writeFileSync(built, ts.transpileModule(source, { compilerOptions: options }).outputText);
const { evaluate } = await import(pathToFileURL(built).href);
const sets = JSON.parse(readFileSync(0, "utf8"));
const found = sets.map(({ instrument, cases }) =>
  cases.map(({ answers, age }) => evaluate(instrument, answers, age)),
);
process.stdout.write(JSON.stringify(found));
