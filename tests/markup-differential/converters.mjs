// The converters that are compared with ours, and the one spelling in which results are compared: what
// means the same looks the same. What the results are compared for is in compare.mjs.

import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import jira2md from 'jira2md';
import { marked } from 'marked';
import { markdownToAdf } from 'marklassian';

const program = process.env.MARKUP;
if (!program) throw new Error('MARKUP must be the path of the example `markup` of the crate atlassian');

/// Each has the texts it is given, and makes of them pairs of our result and theirs; a `failed` says why
/// there is none of theirs.
export const converters = [
  {
    name: 'marklassian',
    texts: 'markdown.txt',
    results: (texts) => pairs(texts, 'adf', markdownToAdf, adf),
  },
  {
    name: 'jira2md-to-wiki',
    texts: 'markdown.txt',
    results: (texts) => pairs(texts, 'wiki', (text) => jira2md.to_jira(text), wiki),
  },
  {
    name: 'jira2md-to-markdown',
    texts: 'wiki.txt',
    results: (texts) => pairs(texts, 'from-wiki', (text) => jira2md.to_markdown(text), markdown),
  },
  { name: 'markdown-to-confluence', texts: 'markdown.txt', results: storage },
];

function pairs(texts, dialect, convert, spelled) {
  const ours = converted(texts, dialect);
  return texts.map((text, at) => {
    const pair = { ours: spelled(ours[at]) };
    try {
      return { ...pair, theirs: spelled(convert(text)) };
    } catch (error) {
      return { ...pair, failed: error.message };
    }
  });
}

function converted(texts, dialect) {
  return lines(program, ['lines', dialect], texts);
}

function lines(command, flags, values) {
  const input = values.map((it) => JSON.stringify(it)).join('\n');
  const output = execFileSync(command, flags, { input }).toString().trim().split('\n');
  if (output.length !== values.length) throw new Error(`${command} answered ${output.length} of ${values.length}`);
  return output.map((it) => JSON.parse(it));
}

// One node or text on each line. Ids, the order of attributes and marks, and where one text ends and
// another like it begins mean nothing.
function adf(node, depth = 0) {
  const own = '  '.repeat(depth) + node.type;
  const { localId, ...attributes } = node.attrs ?? {};
  const described = Object.keys(attributes).length ? `${own} ${sorted(attributes)}` : own;
  const content = [];
  for (const child of node.content ?? []) {
    const last = content.at(-1);
    if (child.type === 'text' && last?.type === 'text' && marks(child) === marks(last)) last.text += child.text;
    else content.push({ ...child });
  }
  const children = content.map((child) =>
    child.type === 'text' ? `${'  '.repeat(depth + 1)}${marks(child)}${JSON.stringify(child.text)}` : adf(child, depth + 1));
  return [described, ...children].join('\n');
}

const marks = (text) =>
  (text.marks ?? []).map((mark) => `${mark.type} ${mark.attrs ? `${sorted(mark.attrs)} ` : ''}`).sort().join('');

const sorted = (attributes) =>
  JSON.stringify(Object.fromEntries(Object.entries(attributes).sort(([a], [b]) => (a < b ? -1 : 1))));

function wiki(text) {
  return text.replace(/[ \t]+$/gm, '').replace(/\n{2,}/g, '\n\n').trim();
}

// Markdown has many spellings of one thing, so that a third program says what it means.
function markdown(text) {
  const html = marked.parse(text, { gfm: true });
  return html.replace(/\n{2,}/g, '\n').trim();
}

function storage(texts) {
  const ours = converted(texts, 'storage');
  const script = fileURLToPath(new URL('storage.py', import.meta.url));
  const answers = lines('python3', [script], texts.map((text, at) => [text, ours[at]]));
  return answers.map(([ours, theirs, failed]) => (failed ? { ours, failed } : { ours, theirs }));
}
