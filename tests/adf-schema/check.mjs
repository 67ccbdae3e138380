// Writes many Markdown texts as ADF and validates each by Atlassian's published schema. The texts are
// made of constructs in random places, from a seed that is printed, so that a failure can be repeated:
// SEED=… CASES=… MARKUP=path-of-the-example node tests/adf-schema/check.mjs

import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import Ajv from 'ajv-draft-04';

const program = process.env.MARKUP;
if (!program) throw new Error('MARKUP must be the path of the example `markup` of the crate atlassian');
const cases = Number(process.env.CASES ?? 2000);
const seed = Number(process.env.SEED ?? Date.now() % 1_000_000);

// A small generator of random numbers (mulberry32), because Math.random has no seed.
let state = seed;
function below(limit) {
  state = (state + 0x6d2b79f5) | 0;
  let t = Math.imul(state ^ (state >>> 15), 1 | state);
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
  return ((t ^ (t >>> 14)) >>> 0) % limit;
}
const pick = (list) => list[below(list.length)];

const INLINES = [
  'word', '**strong**', '*em*', '~~gone~~', '`code`', '**`bold code`**', '[a](https://a.example)',
  '[**b** `c`](https://a.example/x)', '<https://a.example>', 'https://a.example/y', '[@Ann](accountid:5:a)',
  '[@jd](user:jd)', '[DONE](status:green)', '[x](status:odd)', '<date:2026-09-14>', '<emoji:tick>',
  '![alt](https://a.example/i.png)', '![](attachment:i.png)', '[f](attachment:f.pdf)', '[H](page:DS/H)',
  '[m](kept:1)', '[no](javascript:x)', '<b>html</b>', 'a<br>b', '&amp; &nbsp;', '***both***', '[](https://a.example)',
  '<mailto:a@b.example>', '[]()', '![]()', '\\*',
];
const line = () => Array.from({ length: 1 + below(4) }, () => pick(INLINES)).join(pick([' ', '', ' ']));
const indent = (text, first, rest) => text.split('\n').map((part, at) => (at ? rest : first) + part).join('\n');

function block(depth) {
  const leaf = [
    () => line(),
    () => line(),
    () => `${'#'.repeat(1 + below(6))} ${line()}`,
    () => '```' + pick(['', 'rust']) + '\n' + pick(['', 'x\ny']) + '\n```',
    () => `| ${line()} | ${line()} |\n|---|---|\n| ${line()} | |`,
    () => `|  |\n|---|\n| ${line()} |`,
    () => '---',
    () => '![alt](https://a.example/i.png)',
    () => '<div>\n*x*\n</div>',
  ];
  const box = [
    () => indent(blocks(depth - 1), '- ', '  '),
    () => indent(blocks(depth - 1), '3. ', '   '),
    () => [indent(blocks(depth - 1), '- [ ] ', '  '), indent(blocks(depth - 1), '- [x] ', '  '), '- c'].join('\n'),
    () => indent(blocks(depth - 1), '- ', '  ') + '\n' + indent(blocks(depth - 1), '- ', '  '),
    () => indent(blocks(depth - 1), '> ', '> '),
    () => `> [!${pick(['NOTE', 'TIP', 'IMPORTANT', 'WARNING', 'CAUTION', 'PANEL', 'EXPAND', 'KEPT 1'])}] title\n` +
      indent(blocks(depth - 1), '> ', '> '),
    () => '-',
    () => '- [ ]',
    () => '>',
  ];
  return pick(depth > 0 ? [...leaf, ...box] : leaf)();
}
const blocks = (depth) => Array.from({ length: 1 + below(3) }, () => block(depth)).join('\n\n');
function text() {
  const body = blocks(3);
  return below(10) ? body : `::: columns ${pick(['', 'three_equal'])}\n\n${body}\n\n::: column\n\n${blocks(2)}\n\n::: end`;
}

const texts = ['', ...Array.from({ length: cases }, text)];
const output = execFileSync(program, ['lines', 'adf'], {
  input: texts.map((it) => JSON.stringify(it)).join('\n'),
  maxBuffer: 1 << 30,
});
const documents = output.toString().trim().split('\n').map((it) => JSON.parse(it));

const schema = new URL('node_modules/@atlaskit/adf-schema/dist/json-schema/v1/full.json', import.meta.url);
const validate = new Ajv({ strict: false }).compile(JSON.parse(readFileSync(schema, 'utf8')));

let failed = 0;
documents.forEach((document, at) => {
  if (validate(document)) return;
  failed += 1;
  if (failed > 3) return;
  console.log(`not valid: ${JSON.stringify(texts[at])}\n  ${JSON.stringify(document)}`);
  console.log(`  ${validate.errors.slice(0, 3).map((it) => `${it.instancePath} ${it.message}`).join('; ')}`);
});
if (documents.length !== texts.length) failed += 1;
// A schema that accepts everything would prove nothing.
if (validate({ type: 'doc', version: 1, content: [{ type: 'text', text: '' }] })) failed += 1;
console.log(`markup-schema (seed ${seed}): ${documents.length - failed} passed, ${failed} failed`);
process.exitCode = failed ? 1 : 0;
