// Converts many small texts as we do and as other people's programs do, and prints where they differ, with
// our judgement of each difference from the folder judgements. A difference without a judgement fails, and
// so does a judgement whose difference is gone or has become another one:
// MARKUP=path-of-the-example PYTHONPATH=their-libraries node tests/markup-differential/compare.mjs [converter]
//
// A judgement is a line with verdict and reason, and below it the texts it is for, each after the mark of the
// difference that was looked at, which this program prints for one that is new or has changed. Verdicts are
// `ours` (right, and theirs is not), `theirs` (right, and the reason says what is wrong with ours), `taste`
// (both will do) and `fails` (theirs raises an error, or loses or mangles what it was given).

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { converters } from './converters.mjs';

const VERDICTS = ['ours', 'theirs', 'taste', 'fails'];
const read = (file) => readFileSync(new URL(file, import.meta.url), 'utf8');

/// Name and text of every part of a file of texts.
function corpus(file) {
  const parts = read(file).split(/^=== /m).slice(1);
  return parts.map((part) => {
    const end = part.indexOf('\n');
    // Some of theirs want the last line to end.
    return { name: part.slice(0, end), text: `${part.slice(end).replace(/^\n+|\s+$/g, '')}\n` };
  });
}

/// By the name of its text, the verdict on a difference, the reason, and what was judged.
function judgements(file) {
  const known = new Map();
  let heading;
  for (const line of read(file).split('\n')) {
    const verdict = line.match(/^(\w+): (.+)$/);
    const judged = line.match(/^ {2}([0-9a-f]{8}) (.+)$/);
    if (verdict && VERDICTS.includes(verdict[1])) heading = { verdict: verdict[1], reason: verdict[2] };
    else if (judged && heading && !known.has(judged[2])) known.set(judged[2], { ...heading, judged: judged[1] });
    else if (line && !line.startsWith('#')) throw new Error(`${file}: this is no judgement, or the second: ${line}`);
  }
  return known;
}

/// What makes one difference another.
const fingerprint = (pair) =>
  createHash('sha256').update(JSON.stringify([pair.ours, pair.theirs ?? pair.failed])).digest('hex').slice(0, 8);

const indented = (label, text) => text.split('\n').map((line) => `  ${label} | ${line}`).join('\n');

function verdict(pair, judgement) {
  if (pair.ours === pair.theirs) {
    return judgement && 'FAILED: there is no difference any more, take the judgement away';
  }
  if (!judgement) return `FAILED: not judged yet: ${fingerprint(pair)}`;
  if (judgement.judged !== fingerprint(pair)) {
    return `FAILED: not the difference that was judged: ${fingerprint(pair)} (was ${judgement.verdict}: ${judgement.reason})`;
  }
  return `${judgement.verdict}: ${judgement.reason}`;
}

let [passed, failed] = [0, 0];
for (const { name, texts, results } of converters.filter(({ name }) => name === (process.argv[2] ?? name))) {
  const parts = corpus(texts);
  const known = judgements(`judgements/${name}.txt`);
  const count = { same: 0 };
  results(parts.map(({ text }) => text)).forEach((pair, at) => {
    const part = parts[at];
    const said = verdict(pair, known.get(part.name));
    known.delete(part.name);
    const kind = said ? said.split(':')[0] : 'same';
    count[kind] = (count[kind] ?? 0) + 1;
    if (kind === 'FAILED') failed += 1;
    else passed += 1;
    if (!said) return;
    console.log(`${name} · ${part.name}\n  ${said}`);
    console.log(`${indented('given ', part.text.trim())}\n${indented('ours  ', pair.ours)}`);
    console.log(indented(...(pair.failed ? ['fails ', pair.failed] : ['theirs', pair.theirs])));
  });
  for (const name of known.keys()) {
    failed += 1;
    console.log(`FAILED: a judgement on a text that there is not: ${name}`);
  }
  console.log(`${name}: ${Object.entries(count).map((it) => it.reverse().join(' ')).join(', ')}\n`);
}
console.log(`markup-differential: ${passed} passed, ${failed} failed`);
process.exitCode = failed || !passed ? 1 : 0;
